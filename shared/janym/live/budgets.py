"""What a venue lets one address do, spent in turn: connects, messages, the weight of requests.

Each budget is a `Pace`: at most so many units in any stretch of its period. Who finds too little
stands in a queue and is served in order, so a restart of five hundred pairs takes the time that
the venue's limits make it take, and none of its requests is refused.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from janym.domain.egress import Pace
from janym.ports.feeds import Rate

Now = Callable[[], datetime]

AT_ONCE = 5
"""The fifth part of a limit may be spent at once; the rest comes back over its period."""


def pace(rate: Rate, *, sharers: int = 1, reserve: int = 0) -> Pace:
    """Turn a venue's limit into a pace.

    Args:
        rate: the limit.
        sharers: how many keep within it without knowing of each other, each in its own process.
        reserve: units a period left for what goes out without waiting.
    """
    limit = max(2, rate.count // sharers - reserve)
    return Pace(
        limit=limit,
        period=timedelta(microseconds=rate.per_ns / 1000),
        burst=max(1, limit // AT_ONCE),
    )


class Budget:
    """One limit of one venue, shared by all who must keep within it."""

    def __init__(self, pace: Pace, now: Now) -> None:
        self._pace = pace
        self._now = now
        self._full_at = now()
        self._closed_until = self._full_at
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many stand in the queue."""
        return self._waiting

    async def take(self, units: int = 1) -> None:
        """Wait until so many units are there, after everyone who asked before, and take them.

        What costs more than the budget holds at once waits for all of it; those who come next wait
        for the rest.
        """
        self._waiting += 1
        try:
            async with self._turn:
                # The wait grows meanwhile, by what goes out unasked and by a venue's Retry-After.
                while (wait := self._wait_s(units)) > 0:  # noqa: ASYNC110 - time is what it waits for
                    await asyncio.sleep(wait)
                self.spend(units)
        finally:
            self._waiting -= 1

    def spend(self, units: int = 1) -> None:
        """Take units without waiting: what must go out now is still counted."""
        self._full_at = self._pace.after(self._full_at, units, at=self._now())

    def close_for(self, seconds: float) -> None:
        """Let nobody pass for so long: the venue said Retry-After."""
        self._closed_until = max(self._closed_until, self._now() + timedelta(seconds=seconds))

    def _wait_s(self, units: int) -> float:
        opens = max(
            self._closed_until, self._pace.earliest(self._full_at, min(units, self._pace.burst))
        )
        return (opens - self._now()).total_seconds()
