"""How CoinEx's streams are asked for.

    {"method": "depth.subscribe", "params": {"market_list": [["BTCUSDT", 50, "0", false]]}, "id": 1}
    {"method": "deals.subscribe", "params": {"market_list": ["BTCUSDT"]}, "id": 2}
    {"method": "server.ping", "params": {}, "id": 3}

A row of depth names market, levels, price step of merging (none) and whether each message shall be
the whole book. It is not said whether a later message of a method adds to the list or takes its
place, so each names all markets that are wanted. Frames from the venue are gzip.

CoinEx API v2, "Market Depth Subscription", "Market Transactions Subscription", "Market Best Bid &
Offer Price Subscription", "Ping" (2026-11).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Pair
from janym.exchanges.coinex import books, events, listings
from janym.feeds.dialect import Heartbeat, PairOf, Said
from janym.feeds.inflate import inflated
from janym.ports.feeds import SECOND, Request, Send

METHODS: Mapping[Channel, str] = {
    Channel.BOOK: "depth",
    Channel.BBO: "bbo",
    Channel.TRADES: "deals",
}
PING = 999_999_999
"""The number of every ping; no message of ours comes so far."""


class CoinexDialect:
    """`feeds.dialect.Dialect`."""

    heartbeat = Heartbeat(
        every_ns=20 * SECOND,
        beat=lambda _: Send(frame=_written("server.ping", {}, PING), urgent=True),
    )
    kinds = (books.CHANGES,)
    snapshot_paths = ()

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return inflated(frame)

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        """A market has one book, whatever part of it is wanted."""
        return f"{METHODS[channel]}:{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        return symbol

    def symbol(self, token: str) -> str:
        return token

    def law(self, token: str) -> Law:  # noqa: ARG002
        return books.LAW

    def guess(self, symbol: str) -> Pair | None:
        return listings.guess(symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        method, markets = group(topics[0]), _markets(topics)
        if method == METHODS[Channel.BOOK]:
            rows = [(market, books.DEPTH, "0", False) for market in markets]
            return _written(f"{method}.subscribe", {"market_list": rows}, number)
        return _written(f"{method}.subscribe", {"market_list": markets}, number)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        wanted = {"market_list": _markets(topics)}
        return _written(f"{group(topics[0])}.unsubscribe", wanted, number)

    def snapshot(self, token: str, depth: Depth, number: int) -> None:  # noqa: ARG002
        """Subscribing again brings the whole book."""
        return

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        raise ValueError(f"{request.path} was not asked for: {len(body)} bytes")


def group(topic: str) -> str:
    """Markets of one method go together."""
    return topic.partition(":")[0]


def _markets(topics: Sequence[str]) -> list[str]:
    return [topic.partition(":")[2] for topic in topics]


def _written(method: str, params: Mapping[str, Any], number: int) -> str:
    return msgspec.json.encode({"method": method, "params": params, "id": number}).decode()
