"""How long the steps of a series are, so that any span answers in a bounded number of points."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from janym.domain.errors import FieldError, InvalidInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Timeframe(StrEnum):
    """Steps that people name."""

    S5 = "5s"
    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"

    @property
    def length(self) -> timedelta:
        """How long a step is."""
        return length_of(self)


def length_of(name: str) -> timedelta:
    """Read `15m` as a quarter of an hour."""
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86400}[name[-1]]
    return timedelta(seconds=int(name[:-1]) * unit)


def floor(at: datetime, step: timedelta) -> datetime:
    """Give where the step that a moment lies in begins; steps are counted from 1970."""
    return at - (at - EPOCH) % step


def count(since: datetime, until: datetime, step: timedelta) -> int:
    """Say how many steps a span touches; its end is not part of it."""
    return -(-(until - floor(since, step)) // step)


def chosen(since: datetime, until: datetime, limit: int) -> timedelta:
    """Give the shortest step that divides a span into no more than `limit` points."""
    for timeframe in Timeframe:
        if count(since, until, timeframe.length) <= limit:
            return timeframe.length
    days = max(1, -(-(until - since) // (DAY * limit)))
    while count(since, until, DAY * days) > limit:
        days += 1
    return DAY * days


def fitting(
    timeframe: Timeframe | None, *, since: datetime, until: datetime, limit: int
) -> timedelta:
    """Give the step that was asked for, or without one the shortest that fits.

    Raises:
        InvalidInput: the span ends before it begins, or has more steps than the limit.
    """
    if until <= since:
        raise InvalidInput(FieldError(field="until", reason="must be later than since"))
    if timeframe is None:
        return chosen(since, until, limit)
    points = count(since, until, timeframe.length)
    if points > limit:
        reason = (
            f"{timeframe} gives {points} points, the limit is {limit}: name a longer one,"
            " or none to have it chosen"
        )
        raise InvalidInput(FieldError(field="timeframe", reason=reason))
    return timeframe.length
