"""How Binance's streams are asked for.

    {"method": "SUBSCRIBE", "params": ["btcusdt@depth@100ms"], "id": 1}

Symbols are in lower case there. The venue sends ping frames of the WebSocket protocol, every 20 s
on spot and every 3 min on futures, and wants their payload back; a client need not ask.

Binance, "WebSocket Streams" (spot, 2026-07-21); "Connect" (USDⓈ-M futures, 2026-03-06).
"""

from collections.abc import Sequence

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Market, Pair
from janym.exchanges.binance import books, events
from janym.feeds import symbols
from janym.feeds.dialect import PairOf, Said
from janym.ports.feeds import Request

TOPICS = {
    Market.SPOT: {
        Channel.BOOK: "depth@100ms",
        Channel.BBO: "bookTicker",
        Channel.TRADES: "trade",
    },
    Market.FUTURES: {
        Channel.BOOK: "depth@100ms",
        Channel.BBO: "bookTicker",
        Channel.TRADES: "aggTrade",
    },
}


class BinanceDialect:
    """`feeds.dialect.Dialect`."""

    heartbeat = None

    def __init__(self, market: Market) -> None:
        self._market = market
        self.kinds = books.kinds(market)
        self.snapshot_paths = (books.PATHS[market],)

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return frame

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        """All depths are made of the same changes."""
        return f"{symbol.lower()}@{TOPICS[self._market][channel]}"

    def token(self, depth: Depth, symbol: str) -> str:
        """Book messages name the topic that was asked for."""
        return self.topic(Channel.BOOK, depth, symbol)

    def symbol(self, token: str) -> str:
        """Tokens are topics, or symbols where messages come without an envelope."""
        return token.partition("@")[0].upper()

    def law(self, token: str) -> Law:
        return books.law(self._market, token)

    def guess(self, symbol: str) -> Pair:
        return symbols.split(symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("SUBSCRIBE", topics, number)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("UNSUBSCRIBE", topics, number)

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | None:  # noqa: ARG002
        if self.law(token) is books.WHOLE:
            return None
        return books.snapshot(self._market, self.symbol(token), depth)

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        return books.read_snapshot(request, body)


def _written(method: str, topics: Sequence[str], number: int) -> str:
    return msgspec.json.encode({"method": method, "params": topics, "id": number}).decode()
