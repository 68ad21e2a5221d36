"""How MEXC's streams are asked for.

    {"method": "SUBSCRIPTION", "id": 1,
     "params": ["spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"]}          spot; symbol last
    {"method": "sub.depth", "param": {"symbol": "BTC_USDT", "compress": false}}   futures
    {"method": "PING"}   {"method": "ping"}                                  spot, futures

The client pings: each hangs up after a minute without. Futures have no channel of best prices with
sizes; the best five levels (`sub.depth.full`) stand for it.

MEXC, "Live Subscription/Unsubscription to Data Streams", "PING/PONG Mechanism" (spot v3, 2025-08);
"Detailed data interaction commands", "Depth", "Transaction" (contract v1, 2025-04).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Market, Pair
from janym.exchanges.mexc import books, events, listings
from janym.feeds.dialect import Heartbeat, PairOf, Said
from janym.ports.feeds import SECOND, Request, Send

SPOT_TOPICS: Mapping[Channel, str] = {
    Channel.BOOK: "spot@public.aggre.depth.v3.api.pb@100ms",
    Channel.BBO: "spot@public.aggre.bookTicker.v3.api.pb@100ms",
    Channel.TRADES: "spot@public.aggre.deals.v3.api.pb@100ms",
}
FUTURES_TOPICS: Mapping[Channel, str] = {
    Channel.BOOK: "depth",
    Channel.BBO: "depth.full",
    Channel.TRADES: "deal",
}
PARAMETERS: Mapping[str, Mapping[str, bool | int]] = {
    "depth": {"compress": False},
    "depth.full": {"limit": 5},
}


class _Dialect:
    """What both markets' dialects share."""

    def __init__(self, market: Market, *, ping: str) -> None:
        self._market = market
        self.heartbeat = Heartbeat(
            every_ns=15 * SECOND,
            beat=lambda _: Send(frame=_written({"method": ping}), urgent=True),
        )
        self.kinds = books.KINDS[market]

    def opened_up(self, frame: bytes) -> bytes:
        return frame

    def guess(self, symbol: str) -> Pair | None:
        return listings.guess(symbol)

    def law(self, token: str) -> Law:
        return books.law(token)

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        return books.read_snapshot(self._market, request, body)


class SpotDialect(_Dialect):
    """`feeds.dialect.Dialect` of spot."""

    snapshot_paths = (books.SPOT_PATH,)

    def __init__(self) -> None:
        super().__init__(Market.SPOT, ping="PING")

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read_spot(frame, pair_of, at_ns)

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        return f"{SPOT_TOPICS[channel]}@{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:
        """Book messages name the channel that was asked for."""
        return self.topic(Channel.BOOK, depth, symbol)

    def symbol(self, token: str) -> str:
        """`…@100ms@BTCUSDT`, and `…@BTCUSDT@20` of the best levels."""
        *_, before, last = ("", *token.split("@"))
        return before if last.isdecimal() else last

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        return _written({"method": "SUBSCRIPTION", "params": topics, "id": number})

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        return _written({"method": "UNSUBSCRIPTION", "params": topics, "id": number})

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | None:  # noqa: ARG002
        if self.law(token) is books.WHOLE:
            return None
        return books.snapshot(Market.SPOT, self.symbol(token), depth)


class FuturesDialect(_Dialect):
    """`feeds.dialect.Dialect` of futures."""

    snapshot_paths = (books.FUTURES_PATH,)

    def __init__(self) -> None:
        super().__init__(Market.FUTURES, ping="ping")

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read_futures(frame, pair_of, at_ns)

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        return f"{FUTURES_TOPICS[channel]}:{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        return symbol

    def symbol(self, token: str) -> str:
        return token

    def subscribe(self, topics: Sequence[str], number: int) -> str:  # noqa: ARG002
        name, _, symbol = topics[0].partition(":")
        param = {"symbol": symbol, **PARAMETERS.get(name, {})}
        return _written({"method": f"sub.{name}", "param": param})

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:  # noqa: ARG002
        name, _, symbol = topics[0].partition(":")
        return _written({"method": f"unsub.{name}", "param": {"symbol": symbol}})

    def snapshot(self, token: str, depth: Depth, number: int) -> Request:  # noqa: ARG002
        return books.snapshot(Market.FUTURES, token, depth)


def group(topic: str) -> str:
    """Name what futures' answers are about: they say `depth`, and not of which symbol."""
    return topic.partition(":")[0]


def _written(message: Mapping[str, Any]) -> str:
    return msgspec.json.encode(message).decode()
