"""How long to wait before the next attempt at a connection that was lost."""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_S = 1.0
LONGEST_S = 300.0
PROVEN_AFTER_S = 60.0
"""A connection that lived this long was a good one: the next loss begins at the first wait."""


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Waits of 1, 2, 4 … 300 s, each shortened by up to half so that many do not return at once.

    Args:
        chance: gives numbers in [0, 1).
    """

    chance: Callable[[], float]
    failures: int = 0

    def wait_s(self) -> float:
        """Count one more failure, and give the seconds to wait after it."""
        whole = min(LONGEST_S, FIRST_S * 2.0 ** min(self.failures, 16))
        self.failures += 1
        return whole * (1 - self.chance() / 2)

    def lived(self, seconds: float) -> None:
        """Take note of how long a connection lasted."""
        if seconds >= PROVEN_AFTER_S:
            self.failures = 0
