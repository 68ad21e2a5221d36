"""Whether a book has the checksum that its venue gives with a message.

A venue that writes `1.50` may count that zero in. Levels of a book are numbers, so for such venues
the words are kept beside them, by price.
"""

from collections.abc import Sequence

from janym.book.book import OrderBook
from janym.book.decimals import written
from janym.book.law import Law
from janym.book.message import Heard
from janym.domain.market import Level, Texts

Words = dict[str, tuple[str, str]]

BITS = 0xFFFF_FFFF
"""Checksums are of 32 bits; some venues write them with a sign."""


class Checksums:
    """The checksums of one book.

    Args:
        law: one that has a checksum.
    """

    __slots__ = ("_asks", "_bids", "_law")

    def __init__(self, law: Law) -> None:
        self._law = law
        self._bids: Words = {}
        self._asks: Words = {}

    def hear(self, message: Heard) -> None:
        """Keep how the levels of a message are written; a whole book's take the place of all."""
        if not self._law.as_written:
            return
        if message.snapshot:
            self._bids, self._asks = {}, {}
        _note(self._bids, message.bids)
        _note(self._asks, message.asks)

    def is_wrong(self, book: OrderBook, given: int | None) -> bool:
        """Tell whether this is not the checksum of the book; None is nobody's.

        Levels beyond those that the venue speaks of are taken out.
        """
        law = self._law
        if law.checksum is None or given is None or (given == 0 and law.zero_is_no_checksum):
            return False
        limit, places = law.checksum_levels, (book.scale.price_places, book.scale.size_places)
        bids = _words(book.bids.top(limit), places, self._bids)
        asks = _words(book.asks.top(limit), places, self._asks)
        if _is_right(law.checksum(bids, asks), given):
            return False
        for depth in law.depths:
            if _is_right(law.checksum(bids[:depth], asks[:depth]), given):
                book.bids.keep(depth)
                book.asks.keep(depth)
                return False
        return True


def _is_right(checksum: int, given: int) -> bool:
    return not (checksum ^ given) & BITS


def _note(words: Words, texts: Texts) -> None:
    for text in texts:
        price = text[0]
        plain = price.rstrip("0").rstrip(".") if "." in price else price
        words[plain] = (price, text[1])


def _words(levels: Sequence[Level], places: tuple[int, int], words: Words) -> list[tuple[str, str]]:
    prices, sizes = places
    plain = [(written(price, prices), written(size, sizes)) for price, size in levels]
    return [words.get(level[0], level) for level in plain] if words else plain
