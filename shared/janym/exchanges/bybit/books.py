"""Bybit's book messages: where their parts stand, and how they follow.

    {"topic": "orderbook.50.BTCUSDT", "type": "delta", "ts": 1687940967466,
     "data": {"s": "BTCUSDT", "b": [["30247.20", "30.028"], ["30240.00", "0"]],
              "a": [["30248.70", "0"]], "u": 177400507, "seq": 66544703342}, "cts": 1687940967464}

A subscription begins with a `snapshot`; after it each `delta` raises `u` by one. Another snapshot
may come at any time and takes the place of the book; one with `u` 1 says that the service began
anew. Levels that fall out of the depth are taken out by a delta. `seq` grows with every change on
the venue and says nothing of what was lost. Keys stand in another order on spot.

Depths are 1, 50, 200 and 1000; 500 stands in captures from before.

Bybit, "Orderbook" (v5 public WebSocket, 2026-07-24).
"""

from collections.abc import Mapping

from janym.book.law import Follows, Law, Source
from janym.book.layout import Layout
from janym.domain.market import Depth

LAW = Law(follows=Follows.NEXT, source=Source.STREAM, restarts=True)

LEVELS: Mapping[Depth, int] = {Depth.TWENTY: 50, Depth.FIFTY: 50, Depth.FULL: 1000}

ORDER_BOOK = Layout(
    name="orderbook",
    marker=b"orderbook.",
    symbol=("topic",),
    topics=tuple(f"orderbook.{levels}." for levels in (50, 200, 500, 1000)),
    bids=("data", "b"),
    asks=("data", "a"),
    first=("data", "u"),
    final=("data", "u"),
    happened=("ts",),
    kind=("type",),
    snapshots=frozenset({"snapshot"}),
    changes=frozenset({"delta"}),
)
