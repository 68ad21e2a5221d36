"""Collectors against a rough market: everything sent is in the tables, or inside a recorded gap.

Connections are cut at random, ClickHouse goes away and comes back, a collector dies with what it
had in memory and another takes its books. Options: `make soak SEED=7 COLLECT_SECONDS=300`. The
slope of memory is taken over the later half, and judged where that is half an hour or more.
"""

import asyncio
import gc
import random
import time

import psutil

from containers.collector import service
from janym.domain.errors import StoreAway
from tests.integration.collector.conftest import Scene, scene, tables
from tests.integration.collector.test_collecting import missing, written
from tests.soak.conftest import number

__all__ = ["scene", "tables"]

PAIRS = {"BTCUSDT": "BTC/USDT", "ETHUSDT": "ETH/USDT", "BNBUSDT": "BNB/USDT"}
MOST_GROWTH_MB_PER_HOUR = 20.0
LONG_ENOUGH_S = 1800
MIB = 2**20


async def test_nothing_is_lost_without_a_word(scene: Scene) -> None:
    """S4-013, S4-055, K-23."""
    seconds, chance = number("COLLECT_SECONDS", 3_600), random.Random(number("SEED", 7))  # noqa: S311
    scene.monitor(*PAIRS.values())
    blows = dict.fromkeys(("cut", "away", "death"), 0)
    memory: list[tuple[float, float]] = []
    ends = time.monotonic() + seconds
    life = 0
    while time.monotonic() < ends:
        life += 1
        async with scene.collector(f"life-{life}", snapshot_every_s=10.0):
            dies = min(ends, time.monotonic() + chance.uniform(seconds / 6, seconds / 3))
            while time.monotonic() < dies:
                await asyncio.sleep(chance.uniform(1, 5))
                blow = chance.choice(("cut", "cut", "away"))
                blows[blow] += 1
                await _strike(scene, blow, chance)
                gc.collect()
                memory.append((time.monotonic(), psutil.Process().memory_info().rss / MIB))
            if time.monotonic() < ends:
                blows["death"] += 1
                await _die(scene)
        _run_out(scene)
    used = f"{memory[0][1]:.0f} to {memory[-1][1]:.0f} MiB"
    print(f"{blows}, {scene.deltas()} rows, memory {used}")  # noqa: T201 - for `-s`

    for symbol, pair in PAIRS.items():
        assert len(written(scene, pair)) > 100, pair
        assert missing(scene, symbol, pair) == [], pair
    assert min(blows.values()) > 0, blows
    _flat(memory)


async def _strike(scene: Scene, blow: str, chance: random.Random) -> None:
    if blow == "cut":
        await scene.control("cut", share=chance.choice((0.3, 1)))
        return
    scene.store.away = StoreAway("away for a while")
    await asyncio.sleep(chance.uniform(0.5, 4))
    scene.store.away = None


async def _die(scene: Scene) -> None:
    """Take every door away, so that what is in memory is lost, as with a killed process."""
    scene.store.away = StoreAway("for a dead one all doors are closed")
    service.FLUSH_WITHIN_S = 0.0
    with scene.database.admin() as admin:
        admin.execute("ALTER TABLE leases RENAME TO out_of_reach")
    await scene.ended(scene.tasks[-1])


def _run_out(scene: Scene) -> None:
    """Let the dead one's leases and heartbeat end, and open the doors to the next."""
    scene.store.away = None
    with scene.database.admin() as admin:
        admin.execute("ALTER TABLE IF EXISTS out_of_reach RENAME TO leases")
        admin.execute("UPDATE leases SET until = now() - interval '1 s'")
        admin.execute("UPDATE daemon_state SET last_heartbeat = now() - interval '1 hour'")


def _flat(memory: list[tuple[float, float]]) -> None:
    """The later half grows no more than it may in an hour."""
    later = memory[len(memory) // 2 :]
    took = later[-1][0] - later[0][0]
    if took < LONG_ENOUGH_S:
        return
    third = max(1, len(later) // 3)
    first = sum(used for _, used in later[:third]) / third
    last = sum(used for _, used in later[-third:]) / third
    assert (last - first) / took * 3600 <= MOST_GROWTH_MB_PER_HOUR, (first, last)
