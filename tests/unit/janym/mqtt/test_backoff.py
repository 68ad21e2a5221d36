"""Waits between attempts."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from janym.mqtt import backoff


def delays(seed: int) -> Iterator[float]:
    return backoff.delays(Random(seed))  # noqa: S311 - jitter is no secret


def test_waits_double_up_to_the_ceiling_less_at_most_half() -> None:
    ceilings = [1, 2, 4, 8, 16, 32, 60, 60, 60]

    waits = list(islice(delays(7), len(ceilings)))

    assert all(
        ceiling / 2 <= wait <= ceiling for wait, ceiling in zip(waits, ceilings, strict=True)
    )


def test_two_devices_do_not_wait_alike() -> None:
    assert list(islice(delays(1), 5)) != list(islice(delays(2), 5))
