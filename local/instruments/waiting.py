"""Waiting for a condition, never for a time, and saying what was seen last when giving up."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")
PAUSE_S = 0.25


class GaveUp(Exception):
    """What was waited for did not come."""


def until(
    what: str,
    look: Callable[[], Seen],
    good: Callable[[Seen], bool],
    *,
    limit_s: float,
) -> Seen:
    """Look again and again until what is seen is good, and return it.

    Raises:
        GaveUp: it was not within the limit; the message says what was seen last.
    """
    deadline = time.monotonic() + limit_s
    while True:
        seen = look()
        if good(seen):
            return seen
        if time.monotonic() > deadline:
            raise GaveUp(f"waited {limit_s:.0f} s for {what}; last seen: {seen!r:.2000}")
        time.sleep(PAUSE_S)
