"""Checksums over a venue's own spelling, for books whose prices wander."""

import zlib

from janym.book.book import OrderBook
from janym.book.checksum import SLACK, Checksums
from janym.book.law import Follows, Law, Source, Written
from janym.book.message import Heard
from janym.domain.market import Level

KEPT, WANDERS = 20, 2_000


def crc(bids: Written, asks: Written) -> int:
    return zlib.crc32(":".join(text for level in (*bids, *asks) for text in level).encode())


LAW = Law(follows=Follows.CHECKED, source=Source.STREAM, keep=KEPT, checksum=crc, as_written=True)


def spelled(levels: list[Level]) -> list[tuple[str, str]]:
    return [(f"{price}.00", f"{size}.50") for price, size in levels]


def test_words_of_prices_that_are_left_behind_are_forgotten() -> None:
    """S4-013, S4-086: not more words than a few times the levels, and each checksum is right."""
    book, checksums = OrderBook(keep=KEPT), Checksums(LAW)
    bids = asks = list[tuple[str, str]]()
    for best in range(10_000, 10_000 + WANDERS):
        bids = spelled([(best - each, best % 7) for each in range(KEPT)])
        asks = spelled([(best + 1 + each, best % 5) for each in range(KEPT)])
        gone = [(f"{best}.00", "0")]
        message = Heard("X", False, 0, 0, 0, bids, [*gone, *asks], best, crc(bids, asks))
        book.change(message.bids, message.asks)
        checksums.hear(message, book)
        assert not checksums.is_wrong(book, message.checksum)

    assert checksums.is_wrong(book, crc(bids, bids))
    assert 2 * KEPT <= len(checksums) <= 2 * (KEPT + SLACK)
