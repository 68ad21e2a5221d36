"""A collector on real stores, fed by the flow server over real sockets."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import aiohttp
import psycopg
import pytest

from containers.collector import service
from containers.collector.service import Stores
from containers.collector.settings import Settings
from containers.flow_server.server import Server
from janym.db.roster import Roster
from janym.domain.collecting import DaemonId
from janym.ports.market_history import Batch, MarketStore
from janym.ticks import connection, market_schema
from janym.ticks.market_store import ClickHouseMarketStore
from local import flow, ports
from tests.fakes.sockets import HeardSockets
from tests.fixtures.database import TestDatabase
from tests.fixtures.services import RunningClickHouse

TOKEN = "let-me-see"
PATIENCE_S = 30.0


@dataclass
class Tables:
    """ClickHouse's tables, empty at first."""

    client: Any

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return list(self.client.query(query, parameters=parameters).result_rows)

    def one(self, query: str, **parameters: Any) -> Any:
        return self.rows(query, **parameters)[0][0]


@dataclass
class Flaky:
    """A store that can be told to be away."""

    store_: MarketStore
    away: Exception | None = None
    stored: int = 0
    refused: int = 0

    def store(self, batch: Batch) -> None:
        if self.away is not None:
            self.refused += 1
            raise self.away
        self.store_.store(batch)
        self.stored += 1


@dataclass
class Scene:
    """Everything a test may look at or disturb."""

    server: Server
    port: int
    roster: Roster
    store: Flaky
    tables: Tables
    database: TestDatabase
    work: Path
    sockets: HeardSockets = field(default_factory=HeardSockets)
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def monitor(
        self,
        *pairs: str,
        venue: str = "binance",
        market: str = "spot",
        depth: str = "50",
        bbo: bool = False,
    ) -> None:
        """Ask for books."""
        with self.database.admin() as admin:
            for pair in pairs:
                admin.execute(
                    "INSERT INTO monitoring (exchange_id, market_type, trade_pair,"
                    " orderbook_depth, bbo) VALUES (%s, %s, %s, %s, %s)",
                    (venue, market, pair, depth, bbo),
                )

    def settings(self, name: str = "ana", **changes: Any) -> Settings:
        given: dict[str, Any] = {
            "daemon": DaemonId(name),
            "work": self.work / name,
            "tasks_every_s": 0.1,
            "batch_every_s": 0.25,
            "snapshot_every_s": 1.0,
            "endpoints": flow.endpoints(f"http://127.0.0.1:{self.port}"),
        }
        return Settings(**{**given, **changes})

    @asynccontextmanager
    async def collector(self, name: str = "ana", **changes: Any) -> AsyncGenerator[asyncio.Event]:
        """Run a collector; it is asked to stop when the block ends."""
        stop = asyncio.Event()
        stores = Stores(roster=self.roster, market=self.store, sockets=self.sockets)
        running = asyncio.create_task(service.collect(self.settings(name, **changes), stores, stop))
        self.tasks.append(running)
        try:
            yield stop
        finally:
            stop.set()
            await self.ended(running)

    async def ended(self, running: asyncio.Task[None]) -> None:
        """Wait for a collector's end; one that cannot reach its stores is no failure of a test."""
        with contextlib.suppress(psycopg.errors.UndefinedTable):
            await running

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """Ask Postgres."""
        with self.database.admin() as admin:
            return admin.execute(query).fetchall()

    def free_port(self) -> int:
        return ports.free()

    async def until(self, seen: Callable[[], Any], what: str) -> Any:
        """Wait until something is seen; it is read in a thread, for stores are slow."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (found := await asyncio.to_thread(seen)):  # noqa: ASYNC110 - a table
                    await asyncio.sleep(0.02)
        except TimeoutError:
            gaps = self.tables.rows("SELECT pair, channel, reason, ended, detail FROM book_gaps")
            pytest.fail(f"not seen: {what}; deltas {self.deltas()}, gaps {gaps[:20]}")
        return found

    def deltas(self) -> int:
        return self.tables.one("SELECT count() FROM orderbook_deltas")

    async def control(self, path: str, **body: Any) -> Any:
        """Disturb the flow server."""
        url = f"http://127.0.0.1:{self.port}/control/{path}"
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@pytest.fixture
def tables(clickhouse: RunningClickHouse) -> Generator[Tables]:
    client = connection.connect(
        clickhouse.url, user=clickhouse.user, password=clickhouse.password, database="janym"
    )
    market_schema.migrate(client, keep_days=10_000)
    yield Tables(client)
    for table in market_schema.AGES:
        client.command(f"TRUNCATE TABLE {table}")


@pytest.fixture
async def scene(
    clickhouse: RunningClickHouse, tables: Tables, database: TestDatabase, tmp_path: Path
) -> AsyncGenerator[Scene]:
    server = Server(pairs=5, seed=7, every_ms=20)
    store = ClickHouseMarketStore(
        lambda: connection.connect(
            clickhouse.url, user=clickhouse.user, password=clickhouse.password, database="janym"
        )
    )
    async with server.open("127.0.0.1", 0) as port:
        yield Scene(
            server=server,
            port=port,
            roster=Roster(database.role("collector")),
            store=Flaky(store),
            tables=tables,
            database=database,
            work=tmp_path,
        )
