"""Collectors against a rough market: everything sent is in the tables, or inside a recorded gap.

All fourteen feeds come over real sockets from a process of their own. Connections are cut at
random, ClickHouse is slow, goes away and comes back, and the collector is killed: its successor has
its name and its disk, its name alone, or neither. Options: `make soak SEED=7 COLLECT_SECONDS=900`.
The last life is the longest. How its memory grows is told by least squares over all of it that
comes after its books, its pools and its look-up tables are full, at moments when nothing waits for
the store, and judged where that is long enough to tell.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import psutil
import pytest

from containers.flow_server.flow import symbols
from janym.live import feeds
from local import flow, ports
from local.layout import ROOT
from tests.fixtures.database import TestDatabase
from tests.fixtures.services import RunningClickHouse
from tests.integration.collector.conftest import Tables, tables
from tests.soak import history
from tests.soak.conftest import number
from tests.soak.doorway import Doorway
from tests.soak.history import Feed

__all__ = ["tables"]

FEEDS = [Feed(str(venue), str(market)) for venue, market in feeds.FEEDS]
PAIRS = {"BTCUSDT": "BTC/USDT", "ETHUSDT": "ETH/USDT"}
PAIRS_AND_PACE = len(PAIRS), 100
"""Pairs of each market, and milliseconds between steps."""
MANY_AND_PACE = 500, 5_000
MOVED = 10
"""Updates of each of many books before the collector is weighed."""
BEGINS_WITHIN_S, ENDS_WITHIN_S, LONGEST_BEGIN_S = 420.0, 60.0, 300.0
DEATHS = 5
"""Collectors that are killed, each after a thirtieth part of the time or so."""
BLOWS_EVERY_S, WEIGHED_EVERY_S = (5.0, 60.0), 5.0
"""Cut more often, connections never prove themselves, and wait for minutes before each attempt."""
MOST_MIB, MOST_GROWTH_MIB_PER_HOUR = 300.0, 1.0
WARM_AFTER_S, LONG_ENOUGH_S, MOST_WAITING = 900.0, 800.0, 4
"""A batch of each table and no more waits where the store keeps up."""
MIB = 2**20

TOKEN = "let-me-weigh"


class Weight(NamedTuple):
    """What a collector takes at a moment."""

    second: float
    mib: float
    waiting: bool
    """Something waits for the store: up to 32 MiB of memory, then the disk, and that is no leak."""


Weights = list[Weight]


@dataclass
class Rough:
    """The market, the stores, and the collector of the moment."""

    address: str
    database: TestDatabase
    clickhouse: dict[str, str]
    doorway: Doorway
    tables: Tables
    work: Path
    chance: random.Random
    blows: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("cut", "slow", "away", "death"), 0)
    )
    port: int = 0
    """Of the collector's door."""
    memory: list[Weights] = field(default_factory=list[Weights])
    """Of each life."""

    def monitor(self, wanted: Sequence[Feed], pairs: Iterable[str]) -> None:
        with self.database.admin() as admin:
            for pair in pairs:
                for venue, market in wanted:
                    admin.execute(
                        "INSERT INTO monitoring (exchange_id, market_type, trade_pair,"
                        " orderbook_depth, bbo) VALUES (%s, %s, %s, 'full', true)",
                        (venue, market, pair),
                    )

    async def control(self, path: str, **body: Any) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/control/{path}", json=body) as answer,
        ):
            return await answer.json()

    async def sent(self, feed: Feed, symbol: str) -> list[Any]:
        url = f"{self.address}/control/sent/{feed.venue}/{feed.market}/{symbol}"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.json()

    @asynccontextmanager
    async def collector(
        self, name: str, module: str = "collecting"
    ) -> AsyncGenerator[asyncio.subprocess.Process]:
        self.port = ports.free()
        given = {
            "daemon": name,
            "port": self.port,
            "token": TOKEN,
            "work": str(self.work / name),
            "postgres": self.database.url("collector"),
            "clickhouse": self.clickhouse,
            "endpoints": flow.endpoints(self.address),
        }
        process = await _process(f"tests.soak.{module}", stdin=asyncio.subprocess.PIPE)
        assert process.stdin is not None
        process.stdin.write(json.dumps(given).encode() + b"\n")
        self.memory.append([])
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)

    async def strike(self) -> None:
        blow = self.chance.choice(("cut", "cut", "slow", "away"))
        self.blows[blow] += 1
        if blow == "cut":
            await self.control("cut", share=self.chance.choice((0.3, 1)))
        elif blow == "slow":
            self.doorway.delay_s = self.chance.uniform(0.05, 0.5)
            await asyncio.sleep(self.chance.uniform(2, 8))
            self.doorway.delay_s = 0.0
        else:
            self.doorway.shut(value=True)
            await asyncio.sleep(self.chance.uniform(0.5, 6))
            self.doorway.shut(value=False)

    async def weigh(self, process: asyncio.subprocess.Process) -> None:
        used = psutil.Process(process.pid).memory_info().rss / MIB
        self.memory[-1].append(Weight(time.monotonic(), used, await self._waits()))

    async def _waits(self) -> bool:
        url, headers = (
            f"http://127.0.0.1:{self.port}/counters",
            {"Authorization": f"Bearer {TOKEN}"},
        )
        try:
            async with (
                aiohttp.ClientSession(headers=headers) as session,
                session.get(url) as answer,
            ):
                return (await answer.json())["written"]["backlog"] > MOST_WAITING
        except aiohttp.ClientError:
            return True  # it has only begun


@pytest.fixture
async def rough(
    clickhouse: RunningClickHouse,
    tables: Tables,
    database: TestDatabase,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> AsyncGenerator[Rough]:
    pairs, every_ms = request.param
    arguments = ("--port", "0", "--pairs", str(pairs), "--every-ms", str(every_ms))
    server = await _process("containers.flow_server", *arguments, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    address = (await server.stdout.readline()).decode().split()[-1]
    doorway = Doorway(clickhouse.port)
    try:
        async with doorway.open() as port:
            login = {"user": clickhouse.user, "password": clickhouse.password}
            yield Rough(
                address=address,
                database=database,
                clickhouse={"url": f"http://127.0.0.1:{port}", **login},
                doorway=doorway,
                tables=tables,
                work=tmp_path,
                chance=random.Random(number("SEED", 7)),  # noqa: S311 - seeded
            )
    finally:
        server.terminate()
        await server.wait()


@pytest.mark.parametrize("rough", [PAIRS_AND_PACE], indirect=True)
async def test_nothing_is_lost_without_a_word(rough: Rough) -> None:
    """S4-013, S4-055, K-23."""
    seconds = number("COLLECT_SECONDS", 3_600)
    rough.monitor(FEEDS, PAIRS.values())
    ends = time.monotonic() + seconds
    try:
        name = ""
        for life in range(1, DEATHS + 1):
            name = _successor(rough, name, life)
            async with rough.collector(name) as process:
                lasts = rough.chance.uniform(0.02, 0.04) * seconds
                await _endure(rough, process, time.monotonic() + lasts)
                rough.blows["death"] += 1
                process.kill()
                await process.wait()
        async with rough.collector(_successor(rough, name, DEATHS + 1)) as process:
            await _endure(rough, process, ends)
            await _settled(rough)
    finally:
        _report(rough)

    for feed in FEEDS:
        for symbol, pair in PAIRS.items():
            there, lost = await asyncio.to_thread(
                history.holes, rough.tables, feed, pair, await rough.sent(feed, symbol)
            )
            assert there > seconds, (feed, pair, there)
            assert lost == [], history.around(rough.tables, lost)
    assert history.broken_stretches(rough.tables) == []
    assert min(rough.blows.values()) > 0, rough.blows
    assert max(weight.mib for life in rough.memory for weight in life) <= MOST_MIB
    _flat(rough.memory[-1])


@pytest.mark.parametrize("module", ["collecting", "collecting_pure"])
@pytest.mark.parametrize("rough", [MANY_AND_PACE], indirect=True)
async def test_five_hundred_books_fit_into_one_collector(rough: Rough, module: str) -> None:
    """S4-084, S4-086: whole books of 400 levels, their trades and best prices.

    The venue is one whose books begin in their stream: fetching five hundred elsewhere takes
    minutes of what one address may ask for.
    """
    feed = Feed("bybit", "futures")
    books, _ = MANY_AND_PACE
    rough.monitor([feed], [f"{symbol.base}/{symbol.quote}" for symbol in symbols(books)])
    async with rough.collector("one", module) as process, asyncio.timeout(LONGEST_BEGIN_S):
        while _moved(rough) < books:
            await asyncio.sleep(rough.chance.uniform(1, 5))
            assert process.returncode is None, "the collector ended by itself"
            await rough.weigh(process)
    [life] = rough.memory
    sys.stdout.write(
        f"{module}: {books} books, {max(weight.mib for weight in life):.0f} MiB at most\n"
    )

    assert max(weight.mib for weight in life) <= MOST_MIB


async def _endure(rough: Rough, process: asyncio.subprocess.Process, until: float) -> None:
    """Strike and weigh until a moment."""
    strikes_at = 0.0
    while time.monotonic() < until:
        await asyncio.sleep(WEIGHED_EVERY_S)
        assert process.returncode is None, "a collector ended by itself"
        await rough.weigh(process)
        if time.monotonic() >= strikes_at:
            await rough.strike()
            strikes_at = time.monotonic() + rough.chance.uniform(*BLOWS_EVERY_S)


def _moved(rough: Rough) -> int:
    """Count the books that moved often enough."""
    return rough.tables.one(
        "SELECT count() FROM (SELECT pair FROM orderbook_deltas GROUP BY pair"
        " HAVING uniqExact(number) >= {moved:UInt64})",
        moved=MOVED,
    )


def _successor(rough: Rough, name: str, life: int) -> str:
    """Name the next life: it inherits name and disk, the name, or nothing."""
    kind = rough.chance.choice(("both", "name", "nothing")) if name else "nothing"
    if kind == "name":
        shutil.rmtree(rough.work / name)
    return name if kind != "nothing" else f"life-{life}"


async def _settled(rough: Rough) -> None:
    """Wait until every book is live again, and all that waited is stored."""
    last, now, rows = len(FEEDS) * len(PAIRS), time.time_ns(), 0
    began = time.monotonic()
    while rows < last:
        assert time.monotonic() - began < BEGINS_WITHIN_S, f"{rows} of {last} books are back"
        await asyncio.sleep(2)
        rows = await asyncio.to_thread(
            rough.tables.one,
            "SELECT uniqExact(exchange_id, market_type, pair) FROM orderbook_deltas"
            " WHERE received > fromUnixTimestamp64Nano({now:Int64}, 'UTC')",
            now=now,
        )


def _report(rough: Rough) -> None:
    most = max(weight.mib for life in rough.memory for weight in life)
    rows = rough.tables.one("SELECT count() FROM orderbook_deltas")
    gaps = rough.tables.rows(
        "SELECT channel, reason, count() FROM book_gaps FINAL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    life = rough.memory[-1]
    sys.stdout.write(
        f"{len(rough.memory)} lives, {rough.blows}, {rows} rows, gaps {gaps},"
        f" memory {most:.0f} MiB at most; the last life's by the minute"
        f" {_by_minute(life)}, after {WARM_AFTER_S:.0f} s growing by"
        f" {_growth(_warm(life)):.2f} MiB an hour\n"
    )


def _warm(life: Weights) -> Weights:
    began = life[0].second
    return [each for each in life if each.second - began >= WARM_AFTER_S and not each.waiting]


def _growth(life: Weights) -> float:
    """Give MiB an hour, by least squares."""
    if len(life) < 3:
        return float("nan")
    seconds, sizes = [each.second for each in life], [each.mib for each in life]
    return statistics.linear_regression(seconds, sizes).slope * 3_600


def _by_minute(life: Weights) -> list[float]:
    minutes = groupby(life, lambda weight: (weight.second - life[0].second) // 60)
    return [round(statistics.median(each.mib for each in minute), 1) for _, minute in minutes]


def _flat(life: Weights) -> None:
    """Once it is warm, a collector does not grow."""
    warm = _warm(life)
    if warm and warm[-1].second - warm[0].second >= LONG_ENOUGH_S:
        assert _growth(warm) <= MOST_GROWTH_MIB_PER_HOUR


async def _process(module: str, *arguments: str, **pipes: Any) -> asyncio.subprocess.Process:
    paths = {"PYTHONPATH": f"{ROOT / 'shared'}{os.pathsep}{ROOT}"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=ROOT,
        env={**os.environ, **paths},  # noqa: TID251 - the child's environment is ours
        **pipes,
    )
