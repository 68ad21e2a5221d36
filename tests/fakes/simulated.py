"""An event loop whose time is simulated: a wait of five minutes takes none.

When nothing is ready the loop's clock jumps to the next timer. It must not be used with real
sockets, for it never waits for them.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")
START = datetime(2026, 11, 21, tzinfo=UTC)


class _Impatient(selectors.SelectSelector):
    """Never waits: what would have been waited is added to the simulated time."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits and no timer is set: the simulation is stuck")
        if not ready and timeout:
            self.elapsed += timeout
        return ready


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop on simulated seconds, from 0."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.elapsed

    def pass_time(self, seconds: float) -> None:
        """Let time pass while nobody has a turn."""
        self._impatient.elapsed += seconds

    def now(self) -> datetime:
        """Give the simulated wall clock."""
        return START + timedelta(seconds=self.time())

    def now_ns(self) -> int:
        """Give the simulated wall clock in nanoseconds since 1970."""
        return int(START.timestamp()) * 10**9 + round(self.time() * 1e9)


def simulate(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(work)


def simulated() -> SimulatedLoop:
    """Give the running simulated loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SimulatedLoop)
    return loop
