"""One side of a book: sizes by price, and the prices in order.

Keys stand so that the best price is the last of the list, where a list changes cheaply: a bid's
key is its price, an ask's the negative of it.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from janym.domain.market import Level


class Ladder:
    """One side's levels.

    Args:
        sign: 1 for bids, -1 for asks.
    """

    __slots__ = ("_keys", "_sizes", "edge", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self._keys: list[int] = []
        self._sizes: dict[int, int] = {}
        self.edge: int | None = None
        """The worst key that the snapshot spoke of; beyond it levels may be missing."""

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def best(self) -> int | None:
        """The best price in ticks, or None."""
        return self._keys[-1] * self.sign if self._keys else None

    @property
    def best_size(self) -> int:
        return self._sizes[self._keys[-1]] if self._keys else 0

    def write(self, levels: Iterable[Level]) -> None:
        """Put each level's size in place; 0 takes the level out."""
        keys, sizes, sign = self._keys, self._sizes, self.sign
        for price, size in levels:
            key = price * sign
            if size:
                if key not in sizes:
                    insort(keys, key)
                sizes[key] = size
            elif key in sizes:
                del sizes[key]
                del keys[bisect_left(keys, key)]

    def replace(self, levels: Sequence[Level], *, complete: bool) -> None:
        """Forget all and take these; unless they are complete, nothing is known beyond them."""
        sign = self.sign
        self._sizes = {price * sign: size for price, size in levels if size}
        self._keys = sorted(self._sizes)
        self.edge = None if complete or not self._keys else self._keys[0]

    def keep(self, limit: int) -> None:
        """Forget what lies below the best `limit` levels, as venues with a fixed depth do."""
        for key in self._keys[:-limit]:
            del self._sizes[key]
        del self._keys[:-limit]

    def top(self, limit: int | None) -> list[Level]:
        """Give up to `limit` levels that can be believed, best first; None for all of them."""
        keys = self._keys
        start = 0 if self.edge is None else bisect_left(keys, self.edge)
        if limit is not None:
            start = max(start, len(keys) - limit)
        sign, sizes = self.sign, self._sizes
        return [(key * sign, sizes[key]) for key in reversed(keys[start:])]

    @property
    def believed(self) -> int:
        """How many levels lie within what the snapshot spoke of."""
        return len(self._keys) - (0 if self.edge is None else bisect_left(self._keys, self.edge))

    @property
    def beyond(self) -> bool:
        """Whether no level is left within what the snapshot spoke of."""
        return self.edge is not None and (not self._keys or self._keys[-1] < self.edge)

    def size(self, price: int) -> int:
        """The size at a price, 0 where there is none."""
        return self._sizes.get(price * self.sign, 0)

    def stretch(self, prices: int, sizes: int) -> None:
        """Count in finer units: multiply every price and every size."""
        self._sizes = {key * prices: size * sizes for key, size in self._sizes.items()}
        self._keys = [key * prices for key in self._keys]
        if self.edge is not None:
            self.edge *= prices
