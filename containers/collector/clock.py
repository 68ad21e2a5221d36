"""The collector's readings of the machine's clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Give the time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - every other module is given the time


def steady() -> datetime:
    """Give time that nobody sets back; its differences are right, and nothing else."""
    return datetime.fromtimestamp(time.monotonic(), UTC)


now_ns = time.time_ns
"""Nanoseconds since 1970."""
