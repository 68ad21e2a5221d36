"""OKX's book messages: where their parts stand, and how they follow.

    {"arg": {"channel": "books", "instId": "BTC-USDT"}, "action": "update", "data": [
      {"asks": [["8476.98", "415", "0", "13"]], "bids": [["8476.97", "256", "0", "12"]],
       "ts": "1597026383085", "checksum": -855196043, "prevSeqId": 123456, "seqId": 123457}]}

A level is price, size, a dead field, and the number of orders. A subscription begins with a
`snapshot`, whose `prevSeqId` is -1; each `update` names in `prevSeqId` the `seqId` before it. With
no change for about 60 s comes one with both alike and no levels. After maintenance `seqId` may be
smaller than `prevSeqId`, once.

`checksum` has been 0 since 2026; before, it was the signed CRC32 of the best 25 levels,
`bid:size:ask:size:…`, and captures from before `seqId` have nothing else. `books5` sends the best
five levels whole.

OKX, "WS / Order book channel" (API v5, 2026-09).
"""

from collections.abc import Mapping
from itertools import zip_longest
from zlib import crc32

from janym.book.law import Follows, Law, Source, Written
from janym.book.layout import EACH, Layout
from janym.domain.market import Depth

WHOLE_CHANNELS = ("books5",)
CHANNELS = ("books", "books-l2-tbt", "books50-l2-tbt")

CHANNEL: Mapping[Depth, str] = dict.fromkeys(Depth, "books")
"""400 levels of a side serve every depth; deeper and faster channels want a fee tier."""


def checksum(bids: Written, asks: Written) -> int:
    """Give the CRC32 of the best levels of both sides in turn, as a signed number."""
    parts = [
        text
        for bid, ask in zip_longest(bids, asks, fillvalue=())
        for level in (bid, ask)
        for text in level
    ]
    number = crc32(":".join(parts).encode())
    return number - (1 << 32) if number >= 1 << 31 else number


LAW = Law(
    follows=Follows.PREVIOUS,
    source=Source.STREAM,
    checksum=checksum,
    checksum_levels=25,
    zero_is_no_checksum=True,
)
WHOLE = Law(follows=Follows.ALONE, source=Source.STREAM)


def _changes(*, numbered: bool) -> Layout:
    return Layout(
        name="books" if numbered else "books before seqId",
        marker=b'"action"',
        symbol=("arg", "instId"),
        constants={("arg", "channel"): frozenset(CHANNELS)},
        bids=("data", EACH, "bids"),
        asks=("data", EACH, "asks"),
        level_items=4,
        final=("data", EACH, "seqId") if numbered else None,
        previous=("data", EACH, "prevSeqId") if numbered else None,
        happened=("data", EACH, "ts"),
        checksum=("data", EACH, "checksum"),
        optional=frozenset({("data", EACH, "checksum")}),
        kind=("action",),
        snapshots=frozenset({"snapshot"}),
        changes=frozenset({"update"}),
    )


NUMBERED = _changes(numbered=True)
UNNUMBERED = _changes(numbered=False)

BEST_LEVELS = Layout(
    name="books5",
    marker=b"books5",
    scope="books5:",
    symbol=("arg", "instId"),
    constants={("arg", "channel"): frozenset(WHOLE_CHANNELS)},
    bids=("data", EACH, "bids"),
    asks=("data", EACH, "asks"),
    level_items=4,
    final=("data", EACH, "seqId"),
    happened=("data", EACH, "ts"),
)
