"""The collector's readings of the machine's clock."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Give the time, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - every other module is given the time


now_ns = time.time_ns
"""Nanoseconds since 1970."""
