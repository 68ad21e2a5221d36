"""One side of a book: sizes by price, and the best price at hand.

Keys stand so that the best is the smallest: an ask's key is its price, a bid's the negative of it.
They lie in a heap. A price that goes leaves its key there until it comes to the top, so that a
message costs no search; the whole order is made when somebody asks for it, and kept until a price
comes or goes.
"""

from heapq import heapify, heappop, heappush

from janym.book.decimals import Whole, whole
from janym.domain.market import Level, Texts

SLACK = 64
"""Keys of prices that are gone may outnumber the others by so many."""


class Ladder:
    """One side's levels.

    Args:
        sign: -1 for bids, 1 for asks.
    """

    __slots__ = ("_keys_of", "_lots_of", "_sizes", "_sorted", "_span", "edge_key", "heap", "sign")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.heap: list[int] = []
        """Prices times sign, the best first, the others in no order; to be read only."""
        self.edge_key: int | None = None
        """The worst key that the snapshot spoke of; beyond it levels may be missing."""
        self._sizes: dict[int, int] = {}
        self._sorted: list[int] | None = None
        self._span = 0
        self._keys_of: Whole
        self._lots_of: Whole

    def __len__(self) -> int:
        return len(self._sizes)

    def count(self, price_places: int, size_places: int) -> None:
        """Count prices and sizes in so many places from now on."""
        self._keys_of = whole(price_places, self.sign)
        self._lots_of = whole(size_places)

    @property
    def best(self) -> int | None:
        """The best price in ticks, or None."""
        return self.heap[0] * self.sign if self.heap else None

    @property
    def edge(self) -> int | None:
        """The worst price in ticks that the snapshot spoke of; None where it spoke of all."""
        return None if self.edge_key is None else self.edge_key * self.sign

    @property
    def best_size(self) -> int:
        return self._sizes[self.heap[0]] if self.heap else 0

    def write(self, texts: Texts) -> None:
        """Put each level's size in place; 0 takes the level out. Writing twice changes nothing.

        Raises:
            Finer: one has more places than are counted; those before it are written.
            NotANumber: one is no plain decimal; those before it are written.
        """
        heap, sizes, keys_of, lots_of = self.heap, self._sizes, self._keys_of, self._lots_of
        self._sorted = None
        try:
            for price, size in texts:
                key = keys_of[price]
                lots = lots_of[size]
                if lots:
                    if key not in sizes:
                        heappush(heap, key)
                    sizes[key] = lots
                elif key in sizes:
                    del sizes[key]
        finally:
            while heap and heap[0] not in sizes:
                heappop(heap)
        if len(heap) > 2 * len(sizes) + SLACK:
            heap[:] = sizes
            heapify(heap)

    def replace(self, texts: Texts, *, complete: bool) -> None:
        """Forget all and take these; unless they are complete, nothing is known beyond them.

        Raises:
            Finer: one has more places than are counted; nothing has changed.
            NotANumber: one is no plain decimal; nothing has changed.
        """
        keys_of, lots_of = self._keys_of, self._lots_of
        self._sizes = {keys_of[price]: lots for price, size in texts if (lots := lots_of[size])}
        self._order(sorted(self._sizes))
        self.edge_key = None if complete or not self.heap else self.heap[-1]
        self._span = self.heap[-1] - self.heap[0] if self.heap else 0

    def keep(self, limit: int) -> None:
        """Forget what lies below the best `limit` levels, as venues with a fixed depth do."""
        if len(self._sizes) <= limit:
            return
        keys = self._ordered()
        for key in keys[limit:]:
            del self._sizes[key]
        self._order(keys[:limit])

    def top(self, limit: int | None) -> list[Level]:
        """Give up to `limit` levels that can be believed, best first; None for all of them."""
        sign, sizes, edge = self.sign, self._sizes, self.edge_key
        keys = self._ordered()[:limit]
        return [(key * sign, sizes[key]) for key in keys if edge is None or key <= edge]

    @property
    def is_thin(self) -> bool:
        """Whether less than half of the range that the snapshot spoke of lies ahead."""
        if self.edge_key is None or not self.heap:
            return False
        return 2 * (self.edge_key - self.heap[0]) < self._span

    def size(self, price: int) -> int:
        """The size at a price, 0 where there is none."""
        return self._sizes.get(price * self.sign, 0)

    def stretch(self, prices: int, sizes: int) -> None:
        """Count in finer units: multiply every price and every size."""
        self._sizes = {key * prices: size * sizes for key, size in self._sizes.items()}
        self._order(sorted(self._sizes))
        if self.edge_key is not None:
            self.edge_key *= prices
            self._span *= prices

    def _ordered(self) -> list[int]:
        if self._sorted is None:
            self._sorted = sorted(self._sizes)
        return self._sorted

    def _order(self, keys: list[int]) -> None:
        """Take these keys, in order, for all there are; what is in order is a heap."""
        self._sorted = keys
        self.heap = keys[:]
