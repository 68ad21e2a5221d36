"""Lists that are read part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

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
