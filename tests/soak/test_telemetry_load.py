"""The telemetry of a thousand bots through broker, rules, queues and functions of one laptop.

Options: `make soak BOTS=300 LOAD_SECONDS=60`. What a machine holds is printed at the end.
"""

import asyncio
import contextlib
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import psycopg
from psycopg import sql

from local import pki
from local.instruments import crowd as rows
from local.instruments.platform import Platform
from local.instruments.stores import Postgres
from local.instruments.waiting import GaveUp, until
from tests.soak.conftest import number
from tests.soak.crowd import Tally, Voice

LAG_S = 5.0
ARRIVED_IN_S = 300
CONNECTING = 20
"""Bots that open their connections at once."""
FACTS = {"logs/info": "bot_logs", "orders/new": "orders", "orders/filled": "fills"}
"""QoS 1 messages that leave a row each."""
LAGS = """
with told as (
    select timestamp, extract(epoch from created_at - timestamp)::float8 as lag from bot_metrics
    union all select timestamp, extract(epoch from created_at - timestamp)::float8 from bot_logs
), began as (select min(timestamp) as at from told)
select coalesce(percentile_cont(0.5) within group (order by lag), 0),
    coalesce(percentile_cont(0.99) within group (order by lag), 0), coalesce(max(lag), 0),
    array(
        select distinct floor(extract(epoch from timestamp - began.at))::int as second
        from told, began where lag > %s order by second
    )
from told
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What went in and what came out."""

    bots: int
    seconds: int
    messages_per_s: float
    crowd_late_s: float
    refused: int
    metrics_sent: int
    metrics_kept: int
    lost: dict[str, int]
    lag_p50_s: float
    lag_p99_s: float
    lag_max_s: float
    late: list[int]
    """The seconds, from the first message on, in which one was said that was later than `LAG_S`."""


def test_telemetry_of_a_thousand_bots(tmp_path: Path) -> None:
    """S0-092, S0-094, SU-006: no QoS 1 message is lost, and none is later than five seconds."""
    tmp_path.chmod(0o755)
    size, seconds = number("BOTS", 1_000), number("LOAD_SECONDS", 600)
    platform = Platform.start(tmp_path / "stack")
    try:
        outcome = _load(platform, tmp_path / "crowd", size=size, seconds=seconds)
    finally:
        platform.stop()
    sys.stdout.write(f"{asdict(outcome)}\n")

    assert outcome.refused == 0
    assert outcome.lost == dict.fromkeys(FACTS, 0)
    assert outcome.lag_max_s <= LAG_S


def _load(platform: Platform, folder: Path, *, size: int, seconds: int) -> Outcome:
    postgres, _ = platform.stores()
    bots = [uuid5(rows.CREDENTIAL, str(each)) for each in range(size)]
    rows.enlist(postgres.url, bots)
    folder.mkdir()
    authority = Path(platform.description["paths"]["pki"])
    shutil.copy(authority / "ca.crt", folder)
    address = urlsplit(platform.address("mqtt"))
    tally = Tally()
    crowd = [Voice(bot, each, folder, tally) for each, bot in enumerate(bots)]
    asyncio.run(_speak(crowd, pki.load(authority), address.hostname, address.port, seconds))
    return _outcome(postgres, tally, bots=bots, seconds=seconds)


async def _speak(
    crowd: Sequence[Voice],
    authority: pki.Authority,
    host: str | None,
    port: int | None,
    seconds: int,
) -> None:
    turn = asyncio.Semaphore(CONNECTING)

    async def connect(voice: Voice) -> None:
        async with turn:
            await voice.connect(authority, host or "", port or 0)

    await asyncio.gather(*map(connect, crowd))
    began = time.monotonic()
    await asyncio.gather(*(voice.speak(began=began, seconds=seconds) for voice in crowd))
    await asyncio.gather(*(voice.leave() for voice in crowd))


def _outcome(postgres: Postgres, tally: Tally, *, bots: Sequence[UUID], seconds: int) -> Outcome:
    def lost() -> dict[str, int]:
        return {
            suffix: tally.sent[suffix] - _count(postgres, table) for suffix, table in FACTS.items()
        }

    with contextlib.suppress(GaveUp):  # what is missing is part of the outcome
        until("all to arrive", lost, lambda seen: not any(seen.values()), limit_s=ARRIVED_IN_S)
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(LAGS, (LAG_S,)).fetchone()
        p50, p99, worst, late = row or (0.0, 0.0, 0.0, [])
    return Outcome(
        bots=len(bots),
        seconds=seconds,
        messages_per_s=round(tally.sent.total() / tally.took_s, 1),
        crowd_late_s=round(tally.late_s, 2),
        refused=tally.refused,
        metrics_sent=tally.sent["metrics"],
        metrics_kept=_count(postgres, "bot_metrics"),
        lost=lost(),
        lag_p50_s=round(p50, 2),
        lag_p99_s=round(p99, 2),
        lag_max_s=round(worst, 2),
        late=late,
    )


def _count(postgres: Postgres, table: str) -> int:
    query = sql.SQL("select count(*) from {}").format(sql.Identifier(table))
    with psycopg.connect(postgres.url) as connection:
        row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
