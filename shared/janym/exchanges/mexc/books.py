"""MEXC's book messages: where their parts stand, how they follow, how a book begins.

Spot is protobuf (proto3). The wrapper: 1 channel · 3 symbol · 5 createTime · 6 sendTime, and one
body of many: 303 limitDepths · 313 aggreDepths · 314 aggreDeals · 315 aggreBookTicker. aggreDepths:
1 asks · 2 bids · 3 eventType · 4 fromVersion · 5 toVersion. limitDepths: 1 asks · 2 bids · 3
eventType · 4 version. A level: 1 price · 2 quantity. Versions, prices and quantities are strings,
times are milliseconds.

Futures are JSON, and sizes there are contracts:

    {"channel": "push.depth", "symbol": "BTC_USDT", "ts": 1587442022003, "data":
     {"asks": [[6859.5, 3251, 1]], "bids": [], "begin": 96801927, "end": 96801927,
      "version": 96801927}}

Either way each message begins one after the end of the one before, and the book begins with a REST
snapshot that a message reaches. Futures messages may be merged, unless `compress` is false; those
that are not need no `begin` and `end`. `limit.depth` sends the best levels whole.

MEXC, "Diff.Depth Stream", "How to Properly Maintain a Local Copy of the Order Book" (spot v3,
2025-08), field numbers of the published schema (2025); "Depth", "How is depth information
maintained" (contract v1, 2025-04).
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from janym.book.decimals import spelled
from janym.book.law import Follows, Law, Source
from janym.book.layout import Encoding, Layout
from janym.book.message import Snapshot
from janym.domain.market import Depth, Market, Texts
from janym.ports.feeds import Purpose, Request

CHANGES = Layout(
    name="aggreDepths",
    marker=b"public.aggre.depth.",
    encoding=Encoding.PROTOBUF,
    symbol=(1,),
    bids=(313, 2),
    asks=(313, 1),
    first=(313, 4),
    final=(313, 5),
    happened=(6,),
)
BEST_LEVELS = Layout(
    name="limitDepths",
    marker=b"public.limit.depth.",
    encoding=Encoding.PROTOBUF,
    symbol=(1,),
    bids=(303, 2),
    asks=(303, 1),
    final=(303, 4),
    happened=(6,),
)


def _futures(name: str, first: str, final: str) -> Layout:
    return Layout(
        name=name,
        marker=b'"push.depth"',
        symbol=("symbol",),
        bids=("data", "bids"),
        asks=("data", "asks"),
        level_items=3,
        numbers=True,
        first=("data", first),
        final=("data", final),
        happened=("ts",),
        constants={("channel",): frozenset({"push.depth"})},
    )


KINDS: Mapping[Market, tuple[Layout, ...]] = {
    Market.SPOT: (CHANGES, BEST_LEVELS),
    Market.FUTURES: (
        _futures("push.depth, merged", "begin", "end"),
        _futures("push.depth", "version", "version"),
    ),
}

LAW = Law(follows=Follows.NEXT, source=Source.REST)
WHOLE = Law(follows=Follows.ALONE, source=Source.STREAM)

SPOT_PATH = "/api/v3/depth"
FUTURES_PATH = "/api/v1/contract/depth/"
LEVELS: Mapping[Depth, int] = {Depth.TWENTY: 500, Depth.FIFTY: 1_000, Depth.FULL: 5_000}
"""Levels of a spot snapshot; each weighs as little as the other."""
FUTURES_LEVELS = 1_000


def law(token: str) -> Law:
    """Give the law of a channel."""
    return WHOLE if "public.limit.depth." in token else LAW


def snapshot(market: Market, symbol: str, depth: Depth) -> Request:
    """Ask for a whole book, as deep as the depth needs."""
    spot = market is Market.SPOT
    levels = LEVELS[depth] if spot else FUTURES_LEVELS
    limit = {"limit": str(levels)}
    return Request(
        purpose=Purpose.SNAPSHOT,
        path=SPOT_PATH if spot else f"{FUTURES_PATH}{symbol}",
        query={"symbol": symbol, **limit} if spot else limit,
        weight=1,
        symbol=symbol,
    )


class _Spot(msgspec.Struct, gc=False):
    lastUpdateId: int
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]


class _Depth(msgspec.Struct, gc=False):
    version: int
    bids: list[list[Decimal]]
    asks: list[list[Decimal]]


class _Wrapped(msgspec.Struct, gc=False):
    data: _Depth


_read_spot = msgspec.json.Decoder(_Spot).decode
_read_wrapped = msgspec.json.Decoder(_Wrapped, strict=False).decode
_read_bare = msgspec.json.Decoder(_Depth, strict=False).decode


def read_snapshot(market: Market, request: Request, body: bytes) -> Snapshot:
    """Read `{"lastUpdateId": 1112416, "bids": [["15.0", "49.9"]], "asks": [...]}`.

    Futures answer `{"success": true, "code": 0, "data": {"version": 1, "bids": [[3968, 914, 3]],
    "asks": [...]}}`, with or without the number of orders in a level, or what is in `data` alone,
    as the documentation shows it.

    Raises:
        ValueError: it is something else.
    """
    asked = request.query.get("limit", "")
    if market is Market.SPOT:
        spot = _read_spot(body)
        bids, asks, sequence = spot.bids, spot.asks, spot.lastUpdateId
    else:
        book = _read_wrapped(body).data if b'"data"' in body else _read_bare(body)
        bids, asks, sequence = _texts(book.bids), _texts(book.asks), book.version
    limit = int(asked) if asked.isdecimal() else max(len(bids), len(asks))
    return Snapshot(bids=bids, asks=asks, sequence=sequence, limit=limit)


def _texts(levels: list[list[Decimal]]) -> Texts:
    return [(spelled(price), spelled(size)) for price, size, *_ in levels]
