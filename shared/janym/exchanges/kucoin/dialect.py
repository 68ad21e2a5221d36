"""How KuCoin's streams are asked for.

    {"id": "1", "type": "subscribe", "topic": "/market/level2:BTC-USDT,ETH-USDT",
     "privateChannel": false, "response": true}
    {"id": "1663747970273", "type": "ping"}

One message names one topic and up to 100 symbols of it. The client pings, as often as the answer to
the token call says, and nothing may be asked for before `welcome`.

KuCoin, "Websocket: Subscribe, Ping" (2023-06), "Orderbook - Increment" (2025-11).
"""

from collections.abc import Mapping, Sequence

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Market, Pair
from janym.exchanges.kucoin import books, events, listings
from janym.feeds.dialect import Heartbeat, PairOf, Said
from janym.ports.feeds import SECOND, Request, Send

TOPICS: Mapping[Market, Mapping[Channel, str]] = {
    Market.SPOT: {
        Channel.BOOK: "/market/level2",
        Channel.BBO: "/spotMarket/level1",
        Channel.TRADES: "/market/match",
    },
    Market.FUTURES: {
        Channel.BOOK: "/contractMarket/level2",
        Channel.BBO: "/contractMarket/tickerV2",
        Channel.TRADES: "/contractMarket/execution",
    },
}


def _ping(at_ns: int) -> Send:
    return Send(frame=_written({"id": str(at_ns // 1_000_000), "type": "ping"}), urgent=True)


class KucoinDialect:
    """`feeds.dialect.Dialect`."""

    heartbeat = Heartbeat(every_ns=18 * SECOND, beat=_ping)
    """As often as the venue says, once it has."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.kinds = [books.CHANGES[market], books.BEST_LEVELS]
        self.snapshot_paths = books.PREFIXES[market]

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return frame

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:  # noqa: ARG002
        """All depths are made of the same changes."""
        return f"{TOPICS[self._market][channel]}:{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:
        """Book messages name the topic, with their own symbol alone."""
        return self.topic(Channel.BOOK, depth, symbol)

    def symbol(self, token: str) -> str:
        return token.partition(":")[2]

    def law(self, token: str) -> Law:
        return books.law(self._market, token)

    def guess(self, symbol: str) -> Pair | None:
        return listings.guess(self._market, symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        return _asked("subscribe", topics, number)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        return _asked("unsubscribe", topics, number)

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | None:  # noqa: ARG002
        if self.law(token) is books.WHOLE:
            return None
        return books.snapshot(self._market, self.symbol(token))

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        return books.read_snapshot(request, body)


def group(topic: str) -> str:
    """Symbols of one topic go together."""
    return topic.partition(":")[0]


def _asked(verb: str, topics: Sequence[str], number: int) -> str:
    symbols = ",".join(topic.partition(":")[2] for topic in topics)
    return _written(
        {
            "id": str(number),
            "type": verb,
            "topic": f"{group(topics[0])}:{symbols}",
            "privateChannel": False,
            "response": True,
        }
    )


def _written(message: dict[str, str | bool]) -> str:
    return msgspec.json.encode(message).decode()
