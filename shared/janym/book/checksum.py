"""Whether a book has the checksum that its venue gives with a message.

A venue that writes `1.50` may count that zero in. Levels of a book are numbers, so for such venues
the words are kept beside them, by price in ticks, for not many more levels than the book has.
"""

from collections.abc import Sequence

from janym.book.book import UNKNOWN, OrderBook
from janym.book.decimals import whole, written
from janym.book.ladder import Ladder
from janym.book.law import Law, Written
from janym.book.message import Heard
from janym.domain.market import Level, Scale, Texts

Words = dict[int, tuple[str, str]]

SLACK = 128
"""Words of levels that are gone may outnumber the others by so many."""

BITS = 0xFFFF_FFFF
"""Checksums are of 32 bits; some venues write them with a sign."""


class Checksums:
    """The checksums of one book.

    Args:
        law: one that has a checksum.
    """

    __slots__ = ("_asks", "_bids", "_law", "_scale")

    def __init__(self, law: Law) -> None:
        self._law = law
        self._bids: Words = {}
        self._asks: Words = {}
        self._scale = UNKNOWN

    def disprove(self, book: OrderBook, message: Heard) -> bool:
        """Take a message that the book took, and tell whether its checksum is another book's.

        Where 0 is none, a message without a number proves nothing at all.
        """
        if not message.final and not message.checksum and self._law.zero_is_no_checksum:
            return True
        self.hear(message, book)
        return self.is_wrong(book, message.checksum)

    def hear(self, message: Heard, book: OrderBook) -> None:
        """Keep how levels are written that a book took; a whole book's replace all.

        A book that counts finer than before has its words by finer ticks from there on.
        """
        if not self._law.as_written:
            return
        if message.snapshot:
            self._bids, self._asks = {}, {}
        scale = book.scale
        if scale != self._scale:
            self._scale = scale
            self._bids = _by_ticks([*self._bids.values()], scale)
            self._asks = _by_ticks([*self._asks.values()], scale)
        self._bids |= _by_ticks(message.bids, scale)
        self._asks |= _by_ticks(message.asks, scale)
        _take_out_gone(self._bids, book.bids)
        _take_out_gone(self._asks, book.asks)

    def __len__(self) -> int:
        """Count the levels whose words are kept."""
        return len(self._bids) + len(self._asks)

    def is_wrong(self, book: OrderBook, given: int | None) -> bool:
        """Tell whether this is not the checksum of the book; None is nobody's.

        Levels beyond those that the venue speaks of are taken out.
        """
        law = self._law
        if law.checksum is None or given is None or (given == 0 and law.zero_is_no_checksum):
            return False
        limit = law.checksum_levels
        bids = self._words(book.bids.top(limit), book.scale, self._bids)
        asks = self._words(book.asks.top(limit), book.scale, self._asks)
        if _is_right(law.checksum(bids, asks), given):
            return False
        for depth in law.depths:
            if _is_right(law.checksum(bids[:depth], asks[:depth]), given):
                book.bids.keep(depth)
                book.asks.keep(depth)
                return False
        return True

    def _words(self, levels: Sequence[Level], scale: Scale, words: Words) -> Written:
        if self._law.as_written:
            return [words[price] for price, _ in levels]
        prices, sizes = scale.price_places, scale.size_places
        return [(written(price, prices), written(size, sizes)) for price, size in levels]


def _is_right(checksum: int, given: int) -> bool:
    return not (checksum ^ given) & BITS


def _by_ticks(texts: Texts, scale: Scale) -> Words:
    ticks = whole(scale.price_places)
    return {ticks[text[0]]: (text[0], text[1]) for text in texts}


def _take_out_gone(words: Words, side: Ladder) -> None:
    """Take out the words of levels that are gone, if they are many."""
    if len(words) > SLACK:
        levels = dict(side.top(None))
        if len(words) > len(levels) + SLACK:
            for price in words.keys() - levels.keys():
                del words[price]
