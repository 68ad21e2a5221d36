"""The best levels of a book, and what changed in them since they were told last."""

from collections.abc import Sequence

from containers.flow_server.flow import Book

Levels = list[tuple[int, int]]
Sides = tuple[Levels, Levels]


class Windows:
    """What was told of each book of a venue that tells of its best levels alone.

    Args:
        depth: levels of a side.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._told: dict[str, Sides] = {}

    def told(self, book: Book) -> Sides:
        """Give the levels that whoever heard everything has."""
        return self._told.setdefault(book.symbol.name, book.levels(self._depth))

    def changes(self, book: Book) -> Sides:
        """Give what to write over them, 0 for what is gone; from now on they are told."""
        before, after = self.told(book), book.levels(self._depth)
        self._told[book.symbol.name] = after
        bids, asks = (_difference(*side) for side in zip(before, after, strict=True))
        return bids, asks


def _difference(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]) -> Levels:
    was, now = dict(before), dict(after)
    gone = [(price, 0) for price in was if price not in now]
    return gone + [(price, size) for price, size in after if was.get(price) != size]
