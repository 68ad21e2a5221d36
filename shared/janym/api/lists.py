"""A part of a list, as every list answers."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, PrivateAttr

from janym.ports.unit_of_work import Listing

Row = TypeVar("Row")
View = TypeVar("View", bound=BaseModel)


class ListView(BaseModel, Generic[View]):
    """`next_cursor` is null at the end."""

    items: list[View]
    next_cursor: str | None = None

    _row: type[BaseModel] | None = PrivateAttr(default=None)

    @property
    def row(self) -> type[BaseModel] | None:
        """The model of an item, which a list without items cannot tell by them."""
        return type(self.items[0]) if self.items else self._row

    def made_by(self, view: Callable[..., View]) -> Self:
        """Learn the model of an item from its `of`, where that is what made them."""
        owner = getattr(getattr(view, "func", view), "__self__", None)
        if isinstance(owner, type) and issubclass(owner, BaseModel):
            self._row = owner
        return self

    @classmethod
    def model_parametrized_name(cls, params: tuple[type[Any], ...]) -> str:
        """Name it in schemas for what it lists."""
        return f"ListOf{params[0].__name__}"


def listed(listing: Listing[Row], view: Callable[[Row], View]) -> ListView[View]:
    """Show a part of a list."""
    items = [view(row) for row in listing.items]
    return ListView(items=items, next_cursor=listing.next_cursor).made_by(view)


def whole(rows: Iterable[Row], view: Callable[[Row], View]) -> ListView[View]:
    """Show a list that has one part."""
    return ListView(items=[view(row) for row in rows]).made_by(view)
