"""A part of a list, as every list answers."""

from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import BaseModel

from janym.ports.unit_of_work import Listing

Row = TypeVar("Row")
View = TypeVar("View", bound=BaseModel)


class ListView(BaseModel, Generic[View]):
    """`next_cursor` is null at the end."""

    items: list[View]
    next_cursor: str | None = None


def listed(listing: Listing[Row], view: Callable[[Row], View]) -> ListView[View]:
    """Show a part of a list."""
    return ListView(items=[view(row) for row in listing.items], next_cursor=listing.next_cursor)
