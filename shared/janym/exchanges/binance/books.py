"""Binance's book messages: where their parts stand, how they follow, how a book begins.

    {"stream": "btcusdt@depth@100ms", "data": {"e": "depthUpdate", "E": 1723161601273,
     "s": "BTCUSDT", "U": 50093421585, "u": 50093421612,
     "b": [["61685.99000000", "1.25869000"]], "a": [["61686.00000000", "0.00000000"]]}}

Spot: a message holds the changes U to u, and the next begins at u + 1. Futures: it says in `pu`
which `u` came before it. The book begins with a REST snapshot whose `lastUpdateId` a message
reaches. `@depth5|10|20` sends the best levels whole. The bare form without `stream` comes on
`/ws/` addresses.

Binance, "WebSocket Streams: How to manage a local order book correctly" (spot, 2026-07-21);
"How to manage a local order book correctly" (USDⓈ-M futures, 2026-03-06).
"""

from collections.abc import Mapping
from re import compile as pattern

import msgspec

from janym.book.law import Follows, Law, Source
from janym.book.layout import Layout, Path
from janym.book.message import Snapshot
from janym.domain.market import Depth, Market
from janym.ports.feeds import Purpose, Request

LAWS: Mapping[Market, Law] = {
    Market.SPOT: Law(follows=Follows.OVERLAP, source=Source.REST),
    Market.FUTURES: Law(follows=Follows.PREVIOUS, source=Source.REST),
}
WHOLE = Law(follows=Follows.ALONE, source=Source.STREAM)
"""Of `@depth20`: the best levels, each time anew."""

_BEST_LEVELS = pattern(r"@depth\d")

PATHS = {Market.SPOT: "/api/v3/depth", Market.FUTURES: "/fapi/v1/depth"}
LEVELS: Mapping[Market, Mapping[Depth, tuple[int, int]]] = {
    Market.SPOT: {Depth.TWENTY: (100, 5), Depth.FIFTY: (500, 25), Depth.FULL: (1000, 50)},
    Market.FUTURES: {Depth.TWENTY: (100, 5), Depth.FIFTY: (500, 10), Depth.FULL: (1000, 20)},
}
"""Levels of a snapshot and the weight of asking for it, by the depth that is needed."""


def kinds(market: Market) -> list[Layout]:
    """Changes in an envelope, changes bare, spot's best levels."""
    return [
        _changes(market, under=("data",), symbol=("stream",)),
        _changes(market, under=(), symbol=("s",)),
        _bids_and_asks(),
    ]


def law(market: Market, token: str) -> Law:
    """Give the law of a topic: `btcusdt@depth20@100ms` brings the best levels whole."""
    return WHOLE if _BEST_LEVELS.search(token) else LAWS[market]


def _changes(market: Market, *, under: tuple[str, ...], symbol: Path) -> Layout:
    return Layout(
        name="depthUpdate",
        marker=b"depthUpdate",
        symbol=symbol,
        bids=(*under, "b"),
        asks=(*under, "a"),
        first=(*under, "U"),
        final=(*under, "u"),
        previous=(*under, "pu") if market is Market.FUTURES else None,
        happened=(*under, "E"),
        kind=(*under, "e"),
        changes=frozenset({"depthUpdate"}),
    )


def _bids_and_asks() -> Layout:
    """A message of spot's `@depth20`, which names its symbol in the envelope alone."""
    return Layout(
        name="depth20",
        marker=b'"lastUpdateId"',
        symbol=("stream",),
        bids=("data", "bids"),
        asks=("data", "asks"),
        final=("data", "lastUpdateId"),
    )


def snapshot(market: Market, symbol: str, depth: Depth) -> Request:
    """Ask for a whole book, as deep as the depth needs."""
    limit, weight = LEVELS[market][depth]
    return Request(
        purpose=Purpose.SNAPSHOT,
        path=PATHS[market],
        query={"symbol": symbol, "limit": str(limit)},
        weight=weight,
        symbol=symbol,
    )


class _Answer(msgspec.Struct, gc=False):
    lastUpdateId: int
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]


_read = msgspec.json.Decoder(_Answer).decode


def read_snapshot(request: Request, body: bytes) -> Snapshot:
    """Read `{"lastUpdateId": 160, "bids": [["0.0024", "10"]], "asks": [...]}`.

    Raises:
        ValueError: it is something else.
    """
    answer = _read(body)
    asked = request.query.get("limit", "")
    longest = max(len(answer.bids), len(answer.asks))
    return Snapshot(
        bids=answer.bids,
        asks=answer.asks,
        sequence=answer.lastUpdateId,
        limit=int(asked) if asked.isdecimal() else longest,
    )
