"""One side of a book: sizes by price, and the prices in order.

Keys stand so that the best price is the last of the list, where a list changes cheaply: a bid's
key is its price, an ask's the negative of it.
"""

from bisect import bisect_left, insort

from janym.book.decimals import Whole, whole
from janym.domain.market import Level, Texts


class Ladder:
    """One side's levels.

    Args:
        sign: 1 for bids, -1 for asks.
    """

    __slots__ = ("_keys_of", "_lots_of", "_sizes", "edge", "keys", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.keys: list[int] = []
        """Prices times sign, the best last; to be read only."""
        self.edge: int | None = None
        """The worst key that the snapshot spoke of; beyond it levels may be missing."""
        self._sizes: dict[int, int] = {}
        self._keys_of: Whole
        self._lots_of: Whole

    def __len__(self) -> int:
        return len(self.keys)

    def count(self, price_places: int, size_places: int) -> None:
        """Count prices and sizes in so many places from now on."""
        self._keys_of = whole(price_places, self.sign)
        self._lots_of = whole(size_places)

    @property
    def best(self) -> int | None:
        """The best price in ticks, or None."""
        return self.keys[-1] * self.sign if self.keys else None

    @property
    def best_size(self) -> int:
        return self._sizes[self.keys[-1]] if self.keys else 0

    def write(self, texts: Texts) -> None:
        """Put each level's size in place; 0 takes the level out. Writing twice changes nothing.

        Raises:
            Finer: one has more places than are counted; those before it are written.
            NotANumber: one is no plain decimal; those before it are written.
        """
        keys, sizes, keys_of, lots_of = self.keys, self._sizes, self._keys_of, self._lots_of
        for price, size in texts:
            key = keys_of[price]
            lots = lots_of[size]
            if lots:
                if key not in sizes:
                    insort(keys, key)
                sizes[key] = lots
            elif key in sizes:
                del sizes[key]
                del keys[bisect_left(keys, key)]

    def replace(self, texts: Texts, *, complete: bool) -> None:
        """Forget all and take these; unless they are complete, nothing is known beyond them.

        Raises:
            Finer: one has more places than are counted; nothing has changed.
            NotANumber: one is no plain decimal; nothing has changed.
        """
        keys_of, lots_of = self._keys_of, self._lots_of
        self._sizes = {keys_of[price]: lots for price, size in texts if (lots := lots_of[size])}
        self.keys = sorted(self._sizes)
        self.edge = None if complete or not self.keys else self.keys[0]

    def keep(self, limit: int) -> None:
        """Forget what lies below the best `limit` levels, as venues with a fixed depth do."""
        for key in self.keys[:-limit]:
            del self._sizes[key]
        del self.keys[:-limit]

    def top(self, limit: int | None) -> list[Level]:
        """Give up to `limit` levels that can be believed, best first; None for all of them."""
        keys = self.keys
        start = 0 if self.edge is None else bisect_left(keys, self.edge)
        if limit is not None:
            start = max(start, len(keys) - limit)
        sign, sizes = self.sign, self._sizes
        return [(key * sign, sizes[key]) for key in reversed(keys[start:])]

    @property
    def believed(self) -> int:
        """How many levels lie within what the snapshot spoke of."""
        return len(self.keys) - (0 if self.edge is None else bisect_left(self.keys, self.edge))

    def size(self, price: int) -> int:
        """The size at a price, 0 where there is none."""
        return self._sizes.get(price * self.sign, 0)

    def stretch(self, prices: int, sizes: int) -> None:
        """Count in finer units: multiply every price and every size."""
        self._sizes = {key * prices: size * sizes for key, size in self._sizes.items()}
        self.keys = [key * prices for key in self.keys]
        if self.edge is not None:
            self.edge *= prices
