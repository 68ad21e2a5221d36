"""One side of a book: sizes by price, and the best price at hand.

Keys stand so that the best is the smallest: an ask's key is its price, a bid's the negative of it.
They lie in a heap. A price that goes stays, with a size of 0, until it comes to the top or until
there are too many of them: prices come back, and a message then costs neither a search nor a change
of the heap. The whole order is made when somebody asks for it, and kept until the next message.
"""

from heapq import heapify, heappop, heappush
from itertools import islice

from janym.book.decimals import Whole, whole
from janym.domain.market import Level, Texts

SLACK = 128
"""Prices that are gone may outnumber the others by so many."""


class Ladder:
    """One side's levels.

    Args:
        sign: -1 for bids, 1 for asks.
    """

    __slots__ = (
        "_alive",
        "_heap",
        "_keys",
        "_keys_of",
        "_lots",
        "_lots_of",
        "_met",
        "_sizes",
        "_sorted",
        "_span",
        "best",
        "best_key",
        "edge_key",
        "sign",
    )

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.best: int | None = None
        """The best price in ticks; None where there is none."""
        self.best_key: int | None = None
        """The best price times sign."""
        self.edge_key: int | None = None
        """The worst key that the snapshot spoke of; beyond it levels may be missing."""
        self._sizes: dict[int, int] = {}
        self._heap: list[int] = []
        """The first `_met` keys of the sizes; new ones stand behind them."""
        self._met = 0
        self._alive = 0
        """How many sizes there were when those of 0 were last taken out."""
        self._sorted: list[int] | None = None
        self._span = 0
        self._keys_of: Whole
        self._lots_of: Whole
        self._keys: dict[str, int]
        """What is known of the prices' conversions, and of the sizes' beside it."""
        self._lots: dict[str, int]

    def count(self, price_places: int, size_places: int) -> None:
        """Count prices and sizes in so many places from now on."""
        self._keys_of = whole(price_places, self.sign)
        self._lots_of = whole(size_places)
        self._keys, self._lots = self._keys_of.known, self._lots_of.known

    @property
    def edge(self) -> int | None:
        """The worst price in ticks that the snapshot spoke of; None where it spoke of all."""
        return None if self.edge_key is None else self.edge_key * self.sign

    @property
    def best_size(self) -> int:
        return 0 if self.best_key is None else self._sizes[self.best_key]

    @property
    def reaches(self) -> bool:
        """Whether a level is left within what the snapshot spoke of."""
        edge, best = self.edge_key, self.best_key
        return edge is None or (best is not None and best <= edge)

    def write(self, texts: Texts) -> None:
        """Put each level's size in place; 0 takes the level out. Writing twice changes nothing.

        Raises:
            Finer: one has more places than are counted; those before it are written.
            NotANumber: one is no plain decimal; those before it are written.
        """
        sizes, keys, lots = self._sizes, self._keys, self._lots
        self._sorted = None
        rest = iter(texts)
        price = size = ""
        try:
            while True:
                try:
                    for price, size in rest:
                        sizes[keys[price]] = lots[size]
                    break
                except KeyError:  # one that is not known; the rest is written after it
                    key = self._keys_of[price]
                    sizes[key] = self._lots_of[size]
        finally:
            if len(sizes) != self._met:
                self._meet()
            elif self.best_key is not None and not sizes[self.best_key]:
                self._find_best()

    def replace(self, texts: Texts, *, complete: bool) -> None:
        """Forget all and take these; unless they are complete, nothing is known beyond them.

        Raises:
            Finer: one has more places than are counted; nothing has changed.
            NotANumber: one is no plain decimal; nothing has changed.
        """
        keys_of, lots_of = self._keys_of, self._lots_of
        self._sizes = {keys_of[price]: lots for price, size in texts if (lots := lots_of[size])}
        self._order(sorted(self._sizes))
        first, last = (self._heap[0], self._heap[-1]) if self._heap else (0, 0)
        self.edge_key = last if self._heap and not complete else None
        self._span = last - first

    def keep(self, limit: int) -> None:
        """Forget what lies below the best `limit` levels, as venues with a fixed depth do."""
        sizes = self._sizes
        if len(sizes) - list(sizes.values()).count(0) <= limit:
            return
        keys = self._ordered()[:limit]
        self._sizes = {key: sizes[key] for key in keys}
        self._order(keys)

    def top(self, limit: int | None) -> list[Level]:
        """Give up to `limit` levels that can be believed, best first; None for all of them."""
        sign, sizes, edge = self.sign, self._sizes, self.edge_key
        keys = self._ordered()[:limit]
        return [(key * sign, sizes[key]) for key in keys if edge is None or key <= edge]

    @property
    def is_thin(self) -> bool:
        """Whether less than half of the range that the snapshot spoke of lies ahead."""
        if self.edge_key is None or self.best_key is None:
            return False
        return 2 * (self.edge_key - self.best_key) < self._span

    def size(self, price: int) -> int:
        """The size at a price, 0 where there is none."""
        return self._sizes.get(price * self.sign, 0)

    def stretch(self, prices: int, sizes: int) -> None:
        """Count in finer units: multiply every price and every size."""
        self._sizes = {key * prices: size * sizes for key, size in self._sizes.items() if size}
        self._order(sorted(self._sizes))
        if self.edge_key is not None:
            self.edge_key *= prices
            self._span *= prices

    def _meet(self) -> None:
        """Put the new prices where the best is found; take out all that is gone if it is much."""
        sizes, heap = self._sizes, self._heap
        for key in islice(reversed(sizes), len(sizes) - self._met):
            heappush(heap, key)
        if len(sizes) > 2 * self._alive + SLACK:
            self._sizes = {key: size for key, size in sizes.items() if size}
            self._alive = len(self._sizes)
            heap[:] = self._sizes
            heapify(heap)
        self._find_best()

    def _find_best(self) -> None:
        """Take out what is gone at the top, and see what is best then."""
        heap, sizes = self._heap, self._sizes
        while heap and not sizes[heap[0]]:
            del sizes[heappop(heap)]
        self._met = len(sizes)
        self._take_best(heap)

    def _ordered(self) -> list[int]:
        if self._sorted is None:
            self._sorted = sorted([key for key, size in self._sizes.items() if size])
        return self._sorted

    def _order(self, keys: list[int]) -> None:
        """Take these keys, in order, for all there are; what is in order is a heap."""
        self._sorted = keys
        self._heap = keys[:]
        self._met = self._alive = len(keys)
        self._take_best(keys)

    def _take_best(self, keys: list[int]) -> None:
        self.best_key = keys[0] if keys else None
        self.best = keys[0] * self.sign if keys else None
