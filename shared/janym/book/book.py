"""An exact order book: two ladders, and the scale their numbers are counted in.

Levels come as the venue wrote them and are whole numbers from then on. A book that meets a price or
a size with more places than it counts in counts in finer units from there on: nothing is rounded,
and a venue's list of instruments need not be right, nor be known at all.
"""

from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from janym.book.decimals import Finer, whole
from janym.book.ladder import Ladder
from janym.domain.market import Level, Scale, Texts

UNKNOWN = Scale(price_places=0, size_places=0)

_price_and_size = itemgetter(0, 1)


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

    __slots__ = ("_lots", "_ticks", "asks", "bids", "keep", "scale")

    def __init__(self, scale: Scale = UNKNOWN, *, keep: int | None = None) -> None:
        self.bids = Ladder(1)
        self.asks = Ladder(-1)
        self.keep = keep
        self._count(scale)

    def numbers(self, texts: Texts) -> list[Level]:
        """Turn levels into ticks and lots; the scale may grow finer.

        Raises:
            NotANumber: one of them is no plain decimal.
        """
        while True:
            ticks, lots = self._ticks, self._lots
            try:
                if texts and len(texts[0]) != 2:
                    return [(ticks[p], lots[q]) for p, q in map(_price_and_size, texts)]
                return [(ticks[p], lots[q]) for p, q in texts]
            except Finer:
                self._refine(texts)

    def levels(self, bids: Texts, asks: Texts) -> tuple[list[Level], list[Level]]:
        """Turn both sides of a message into ticks and lots of one scale."""
        while True:
            scale = self.scale
            both = self.numbers(bids), self.numbers(asks)
            if self.scale is scale:
                return both

    def change(self, bids: list[Level], asks: list[Level]) -> None:
        """Write a message's levels over what stands there."""
        if bids:
            self.bids.write(bids)
        if asks:
            self.asks.write(asks)
        if self.keep is not None:
            self.bids.keep(self.keep)
            self.asks.keep(self.keep)

    def replace(self, bids: list[Level], asks: list[Level], *, limit: int | None = None) -> None:
        """Take these levels for the whole book.

        Args:
            bids: in any order.
            asks: in any order.
            limit: how many levels of a side were asked for; a side that has fewer is complete.
                None says that both sides are complete.
        """
        self.bids.replace(bids, complete=limit is None or len(bids) < limit)
        self.asks.replace(asks, complete=limit is None or len(asks) < limit)

    @property
    def crossed(self) -> bool:
        """Whether the best bid is not below the best ask; a venue matches such orders at once."""
        bid, ask = self.bids.best, self.asks.best
        return bid is not None and ask is not None and bid >= ask

    @property
    def unknown(self) -> bool:
        """Whether prices left the range that the snapshot spoke of: levels may be missing there."""
        return self.bids.beyond or self.asks.beyond

    def top(self, limit: int | None) -> Top:
        """Give the best `limit` levels of each side that can be believed; None for all."""
        price, size = self.scale.price, self.scale.size
        return Top(
            bids=[(price(ticks), size(lots)) for ticks, lots in self.bids.top(limit)],
            asks=[(price(ticks), size(lots)) for ticks, lots in self.asks.top(limit)],
        )

    def _refine(self, texts: Texts) -> None:
        """Find the places that these levels need, and stretch what is there to them."""
        price_places, size_places = self.scale.price_places, self.scale.size_places
        for text in texts:
            price_places = max(price_places, _needed(text[0], price_places))
            size_places = max(size_places, _needed(text[1], size_places))
        prices = 10 ** (price_places - self.scale.price_places)
        sizes = 10 ** (size_places - self.scale.size_places)
        self.bids.stretch(prices, sizes)
        self.asks.stretch(prices, sizes)
        self._count(Scale(price_places=price_places, size_places=size_places))

    def _count(self, scale: Scale) -> None:
        self.scale = scale
        self._ticks = whole(scale.price_places)
        self._lots = whole(scale.size_places)


def _needed(text: str, counted: int) -> int:
    """Give how many places a text needs, if they are more than are counted."""
    try:
        whole(counted)[text]
    except Finer as finer:
        return finer.places
    return counted
