"""An exact order book: two ladders, and the scale their numbers are counted in.

Levels come as the venue wrote them and are whole numbers from then on. A book that meets a price or
a size with more places than it counts in counts in finer units from there on: nothing is rounded,
and a venue's list of instruments need not be right, nor be known at all.
"""

from decimal import Decimal
from typing import NamedTuple

from janym.book.decimals import Finer, whole
from janym.book.ladder import Ladder
from janym.domain.market import GapReason, Scale, Texts

UNKNOWN = Scale(price_places=0, size_places=0)


class Top(NamedTuple):
    """The best levels of both sides as decimals, best first."""

    bids: list[tuple[Decimal, Decimal]]
    asks: list[tuple[Decimal, Decimal]]


class OrderBook:
    """Levels of one instrument.

    Args:
        scale: where to begin counting; it grows finer by itself.
        keep: how many levels of a side the venue speaks of, where it never takes out others.
    """

    __slots__ = ("_limited", "asks", "bids", "keep", "scale")
    ladder: type[Ladder] = Ladder
    """What keeps the levels of a side."""

    def __init__(self, scale: Scale = UNKNOWN, *, keep: int | None = None) -> None:
        self.bids = self.ladder(-1)
        self.asks = self.ladder(1)
        self.keep = keep
        self._limited = False
        self._count(scale)

    def change(self, bids: Texts, asks: Texts) -> None:
        """Write a message's levels over what stands there.

        Raises:
            NotANumber: one of them is no plain decimal; some may be written, and the book is to be
                believed no more.
        """
        try:
            if bids:
                self.bids.write(bids)
            if asks:
                self.asks.write(asks)
        except Finer:
            self._refine(bids, asks)
            self.change(bids, asks)
        if self.keep is not None:
            self.bids.keep(self.keep)
            self.asks.keep(self.keep)

    def replace(self, bids: Texts, asks: Texts, *, limit: int | None = None) -> None:
        """Take these levels for the whole book.

        Args:
            bids: in any order.
            asks: in any order.
            limit: how many levels of a side were asked for; a side that has fewer is complete.
                None says that both sides are complete.

        Raises:
            NotANumber: one of them is no plain decimal; the book is to be believed no more.
        """
        try:
            self.bids.replace(bids, complete=limit is None or len(bids) < limit)
            self.asks.replace(asks, complete=limit is None or len(asks) < limit)
        except Finer:
            self._refine(bids, asks)
            self.replace(bids, asks, limit=limit)
        self._limited = self.bids.edge_key is not None or self.asks.edge_key is not None
        if self.keep is not None:
            self.bids.keep(self.keep)
            self.asks.keep(self.keep)

    def fault(self) -> GapReason | None:
        """Say why the book cannot be right, whatever its venue says.

        THIN: prices left the range that the snapshot spoke of, and levels may be missing there.
        CROSSED: the best bid is not below the best ask; a venue matches such orders at once.
        """
        bids, asks = self.bids, self.asks
        if self._limited and not (bids.reaches and asks.reaches):
            return GapReason.THIN
        bid, ask = bids.best, asks.best
        if bid is not None and ask is not None and bid >= ask:
            return GapReason.CROSSED
        return None

    def top(self, limit: int | None) -> Top:
        """Give the best `limit` levels of each side that can be believed; None for all."""
        price, size = self.scale.price, self.scale.size
        return Top(
            bids=[(price(ticks), size(lots)) for ticks, lots in self.bids.top(limit)],
            asks=[(price(ticks), size(lots)) for ticks, lots in self.asks.top(limit)],
        )

    def _refine(self, *sides: Texts) -> None:
        """Find the places that these levels need, and stretch what is there to them."""
        price_places, size_places = self.scale.price_places, self.scale.size_places
        for price, size in (level for texts in sides for level in texts):
            price_places = _needed(price, price_places)
            size_places = _needed(size, size_places)
        prices = 10 ** (price_places - self.scale.price_places)
        sizes = 10 ** (size_places - self.scale.size_places)
        self._stretch(prices, sizes)
        self._count(Scale(price_places=price_places, size_places=size_places))

    def _stretch(self, prices: int, sizes: int) -> None:
        self.bids.stretch(prices, sizes)
        self.asks.stretch(prices, sizes)

    def _count(self, scale: Scale) -> None:
        self.scale = scale
        self.bids.count(scale.price_places, scale.size_places)
        self.asks.count(scale.price_places, scale.size_places)


def _needed(text: str, counted: int) -> int:
    """Give how many places to count in, for this text too."""
    try:
        whole(counted)[text]
    except Finer as finer:
        return finer.places
    return counted
