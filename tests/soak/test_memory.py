"""What a bot's two processes hold in memory while it trades for an hour.

Options: `make soak MEMORY_SECONDS=600`. The slope is taken over the later half, and judged where
that half is long enough to tell a leak from breathing.
"""

import statistics
import sys
import time
from pathlib import Path

from local.instruments import processes
from local.instruments.platform import Platform
from local.instruments.waiting import until
from tests.soak.conftest import number
from tests.soak.fleet import Fleet

MIB = 1024
"""Kilobytes, as /proc counts."""
ENGINE_MIB, BRIDGE_MIB = 300, 60
SLOPE_MIB_PER_HOUR = 10
TELLING_S = 1_800
SAMPLES = 240


def test_a_bot_keeps_its_size(tmp_path: Path) -> None:
    """S0-040: neither the engine nor its bridge grows while it trades."""
    tmp_path.chmod(0o755)
    seconds = number("MEMORY_SECONDS", 3_600)
    platform = Platform.start(tmp_path / "stack")
    try:
        fleet = Fleet.enlist(platform, 1)
        fleet.start()
        engine, bridge = _watch(fleet, seconds)
        fleet.stop()
    finally:
        platform.stop()
    growth = {"engine": _slope(engine), "bridge": _slope(bridge)}
    sys.stdout.write(f"engine {max(engine.values()):.1f} MiB, bridge {max(bridge.values()):.1f}"
                     f" MiB at most; MiB an hour: {growth}\n")  # fmt: skip

    assert max(engine.values()) <= ENGINE_MIB
    assert max(bridge.values()) <= BRIDGE_MIB
    if seconds >= TELLING_S:
        assert max(growth.values()) <= SLOPE_MIB_PER_HOUR


def _watch(fleet: Fleet, seconds: int) -> tuple[dict[float, float], dict[float, float]]:
    """Sample both processes until the time is over: MiB by second."""
    bot = fleet.members[0].bot
    began = time.monotonic()
    engine: dict[float, float] = {}
    bridge: dict[float, float] = {}

    def sampled(due: float) -> float:
        passed = time.monotonic() - began
        if passed >= due:
            engine[passed] = _resident(processes.engine_of(bot))
            bridge[passed] = _resident(processes.bridge_of(bot))
        return passed

    for sample in range(1, SAMPLES + 1):
        due = seconds * sample / SAMPLES
        until(
            "the next sample",
            lambda due=due: sampled(due),
            lambda passed, due=due: passed >= due,
            limit_s=seconds,
        )
    return engine, bridge


def _resident(process: processes.Process | None) -> float:
    assert process is not None, "the bot's processes live"
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / MIB for line in lines if line.startswith("VmRSS"))


def _slope(samples: dict[float, float]) -> float:
    """Give the growth over the later half in MiB an hour, by least squares."""
    later = list(samples.items())[len(samples) // 2 :]
    times, sizes = [moment for moment, _ in later], [size for _, size in later]
    return round(statistics.linear_regression(times, sizes).slope * 3_600, 2)
