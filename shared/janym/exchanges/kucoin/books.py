"""KuCoin's book messages: where their parts stand, how they follow, how a book begins.

    {"type": "message", "topic": "/market/level2:BTC-USDT", "subject": "trade.l2update", "data":
     {"symbol": "BTC-USDT", "sequenceStart": 14103844, "sequenceEnd": 14103847,
      "time": 1663747970273, "changes": {"asks": [["18906", "0.00331", "14103845"]],
      "bids": [["18891.9", "0.15688", "14103847"]]}}}
    {"type": "message", "topic": "/contractMarket/level2:XBTUSDTM", "subject": "level2", "data":
     {"sequence": 1618232029293, "change": "38962.0,buy,4374", "timestamp": 1622719195286}}

Spot: `sequenceStart <= last + 1` and `sequenceEnd > last`; the third item of a level says which
change was the last at its price, and is of no use here: what a message repeats, it repeats as it
is. A change with price 0 only counts. Futures: one change a message, each one further. The book
begins with a REST snapshot. Without a key spot gives its best 100 levels (`level2_100`); the whole
book (`level2`) takes a signature. Futures give the whole book to everyone. `level2Depth5|50` send
the best levels whole. Frames of 2021 carry no `time`.

KuCoin, "Orderbook - Increment", "Level-2 Market Data: calibration procedure" (2023-06), "Get Part
OrderBook" and "Get Full OrderBook" with their weights (API specification, 2025-11).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from re import compile as pattern

import msgspec

from janym.book.decimals import spelled
from janym.book.law import Follows, Law, Source
from janym.book.layout import Layout
from janym.book.message import Snapshot
from janym.domain.market import Market, Texts
from janym.ports.feeds import Purpose, Request

CHANGES: Mapping[Market, Layout] = {
    Market.SPOT: Layout(
        name="trade.l2update",
        marker=b"trade.l2update",
        symbol=("topic",),
        bids=("data", "changes", "bids"),
        asks=("data", "changes", "asks"),
        level_items=3,
        first=("data", "sequenceStart"),
        final=("data", "sequenceEnd"),
        happened=("data", "time"),
        optional=frozenset({("data", "time")}),
        constants={("subject",): frozenset({"trade.l2update"})},
    ),
    Market.FUTURES: Layout(
        name="level2",
        marker=b"/contractMarket/level2:",
        symbol=("topic",),
        bids=("data", "change"),
        asks=("data", "change"),
        one_change=True,
        first=("data", "sequence"),
        final=("data", "sequence"),
        happened=("data", "timestamp"),
        optional=frozenset({("data", "timestamp")}),
        constants={("subject",): frozenset({"level2"})},
    ),
}
BEST_LEVELS = Layout(
    name="level2Depth",
    marker=b"/level2Depth",
    symbol=("topic",),
    bids=("data", "bids"),
    asks=("data", "asks"),
    numbers=True,
    happened=("data", "timestamp"),
    optional=frozenset({("data", "timestamp")}),
)

LAWS: Mapping[Market, Law] = {
    Market.SPOT: Law(follows=Follows.OVERLAP, source=Source.REST),
    Market.FUTURES: Law(follows=Follows.NEXT, source=Source.REST),
}
WHOLE = Law(follows=Follows.ALONE, source=Source.STREAM)

PATHS: Mapping[Market, tuple[str, int]] = {
    Market.SPOT: ("/api/v1/market/orderbook/level2_100", 2),
    Market.FUTURES: ("/api/v1/level2/snapshot", 3),
}
"""Where a snapshot is asked for, and the weight of asking."""

PREFIXES: Mapping[Market, Sequence[str]] = {
    Market.SPOT: tuple(f"/api/v{version}/market/orderbook/level2" for version in (1, 2, 3)),
    Market.FUTURES: ("/api/v1/level2/",),
}
"""All versions of it; `level2_20` and `depth20` have a number of levels, the others have all."""

_LEVELS = pattern(r"(?:level2_|depth)(\d+)$")


def law(market: Market, token: str) -> Law:
    """Give the law of a topic."""
    return WHOLE if "/level2Depth" in token else LAWS[market]


def snapshot(market: Market, symbol: str) -> Request:
    """Ask for as much of a book as there is for everyone."""
    path, weight = PATHS[market]
    return Request(
        purpose=Purpose.SNAPSHOT, path=path, query={"symbol": symbol}, weight=weight, symbol=symbol
    )


class _Book(msgspec.Struct, gc=False):
    sequence: int
    bids: list[tuple[Decimal, Decimal]]
    asks: list[tuple[Decimal, Decimal]]


class _Answer(msgspec.Struct, gc=False):
    code: str
    data: _Book | None = None
    msg: str = ""


_read = msgspec.json.Decoder(_Answer, strict=False).decode


def read_snapshot(request: Request, body: bytes) -> Snapshot:
    """Read `{"code": "200000", "data": {"sequence": "16", "bids": [["3988.5", "1"]], ...}}`.

    Raises:
        ValueError: it is something else, or the venue says no.
    """
    answer = _read(body)
    book = answer.data
    if answer.code != "200000" or book is None:
        raise ValueError(f"{answer.msg or 'no book'} ({answer.code})")
    levels = _LEVELS.search(request.path)
    return Snapshot(
        bids=_texts(book.bids),
        asks=_texts(book.asks),
        sequence=book.sequence,
        limit=int(levels[1]) if levels else None,
    )


def _texts(levels: list[tuple[Decimal, Decimal]]) -> Texts:
    return [(spelled(price), spelled(size)) for price, size in levels]
