"""How long to wait before the next attempt: doubling, with a ceiling and with jitter."""

from collections.abc import Iterator
from random import Random


def delays(randomness: Random, *, first_s: float = 1.0, ceiling_s: float = 60.0) -> Iterator[float]:
    """Give 1, 2, 4 … 60, 60 seconds, each shortened by chance by at most half.

    A fleet that lost its broker at one moment must not come back at one moment.
    """
    delay = first_s
    while True:
        yield delay * randomness.uniform(0.5, 1.0)
        delay = min(delay * 2, ceiling_s)
