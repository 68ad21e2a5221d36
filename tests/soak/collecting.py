"""A collector as a process of its own, which can be killed: `python -m tests.soak.collecting`.

It is told where everything is by one line of JSON on its standard input.
"""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from containers.collector import service
from containers.collector.service import Stores
from containers.collector.settings import Settings
from janym.db.connection import Database
from janym.db.roster import Roster
from janym.domain.collecting import DaemonId
from janym.ticks import connection
from janym.ticks.market_store import ClickHouseMarketStore
from tests.fakes.sockets import HeardSockets


def main() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    clickhouse: dict[str, str] = given["clickhouse"]
    stores = Stores(
        roster=Roster(Database(given["postgres"])),
        market=ClickHouseMarketStore(
            lambda: connection.connect(
                clickhouse["url"],
                user=clickhouse["user"],
                password=clickhouse["password"],
                database="janym",
            )
        ),
        sockets=HeardSockets(),
    )
    settings = Settings(
        daemon=DaemonId(given["daemon"]),
        work=Path(given["work"]),
        port=given["port"],
        token=given["token"],
        snapshot_every_s=30.0,
        endpoints=given["endpoints"],
    )
    asyncio.run(service.run(settings, stores))


if __name__ == "__main__":
    main()
