"""Moments as people have them, and as the tables do."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime.fromtimestamp(0, UTC)


def nanoseconds(at: datetime) -> int:
    """Give the nanoseconds since 1970, by whole microseconds."""
    return (at - EPOCH) // timedelta(microseconds=1) * 1000


def moment(at_ns: int) -> datetime:
    """Give the time, aware, in UTC, cut to microseconds."""
    return EPOCH + timedelta(microseconds=at_ns // 1000)
