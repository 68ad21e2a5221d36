"""Lists that are read part by part, and series that are read in steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list: at most `limit` rows after `cursor`, which a former page gave.

    A cursor that no page gave raises InvalidInput for the field `cursor`.
    """

    limit: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[Row]):
    """A part of a list, and where the next begins."""

    items: Sequence[Row]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a series: from `since` up to, not with, `until`, a point for each step at most.

    Steps are counted from 1970, so that the same moment always lies in the same step.
    """

    since: datetime
    until: datetime
    step: timedelta

    def before(self, at: datetime) -> Self:
        """Give the part before a moment; it may be empty."""
        return replace(self, until=min(self.until, at))

    def after(self, at: datetime) -> Self:
        """Give the part from a moment on; it may be empty."""
        return replace(self, since=max(self.since, at))

    @property
    def empty(self) -> bool:
        return self.until <= self.since
