"""CoinEx's book messages: where their parts stand, and how one knows that none was lost.

    {"method": "depth.update", "data": {"market": "BTCUSDT", "is_full": true, "depth": {
     "asks": [["30740.00", "0.31763545"]], "bids": [["30736.00", "0.04857373"]],
     "last": "30746.28", "updated_at": 1689152421692, "checksum": 2578768879}}, "id": null}

The first message of a subscription is the whole book, and one a minute after it; the others are
changes, 200 ms apart at least, and a size of 0 takes a level out. Messages are not numbered. Each
has the CRC-32 of the book after it: prices and sizes as they are written, bids before asks, best
first, with colons between. It is a signed number in the text and an unsigned one in the examples.
A book has 50 levels of a side at most.

CoinEx API v2, "Market Depth Subscription" (spot; futures; 2026-11).
"""

import zlib
from itertools import chain

from janym.book.law import Follows, Law, Source, Written
from janym.book.layout import Layout

DEPTH = 50
"""The most levels there are; one market has one depth, so all who ask share this one."""

CHANGES = Layout(
    name="depth.update",
    marker=b'"depth.update"',
    symbol=("data", "market"),
    bids=("data", "depth", "bids"),
    asks=("data", "depth", "asks"),
    optional=frozenset({("data", "depth", "bids"), ("data", "depth", "asks")}),
    happened=("data", "depth", "updated_at"),
    checksum=("data", "depth", "checksum"),
    kind=("data", "is_full"),
    snapshots=frozenset({True}),
    changes=frozenset({False}),
    constants={("method",): frozenset({"depth.update"})},
)


def checksum(bids: Written, asks: Written) -> int:
    """Give the CRC-32 of `bid price:bid size:…:ask price:ask size:…`."""
    return zlib.crc32(":".join(chain.from_iterable((*bids, *asks))).encode())


LAW = Law(
    follows=Follows.CHECKED,
    source=Source.STREAM,
    keep=DEPTH,
    checksum=checksum,
    as_written=True,
    depths=(20, 10, 5),
)
"""Captures may be of a book that was asked for with fewer levels."""
