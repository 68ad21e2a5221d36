"""How often this engine may connect: its share of what the venue takes from one address.

Hummingbot tries again each second and for ever; a fleet behind one address would be banned by the
venue it lost.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

log = logging.getLogger("engine")


class Turns:
    """At most so many turns in any stretch of so many seconds, first come first served."""

    def __init__(
        self,
        connections: int,
        *,
        period_s: float,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._period = period_s
        self._taken: deque[float] = deque(maxlen=connections)
        self._now = now
        self._sleep = sleep
        self._one_by_one = asyncio.Lock()

    async def take(self) -> None:
        """Wait for a turn and take it."""
        async with self._one_by_one:
            wait = self._wait()
            if wait > 0:
                log.warning("The next connection waits %.0f s: the venue's limit is shared", wait)
                await self._sleep(wait)
            self._taken.append(self._now())

    def _wait(self) -> float:
        if len(self._taken) < (self._taken.maxlen or 0):
            return 0.0
        return self._taken[0] + self._period - self._now()


def pace(connections: Any, turns: Turns) -> None:
    """Let every WebSocket of this class take a turn before it connects."""
    connect = connections.connect

    async def paced(self: Any, *args: Any, **options: Any) -> None:
        await turns.take()
        await connect(self, *args, **options)

    connections.connect = paced
