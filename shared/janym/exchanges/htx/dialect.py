"""How HTX's streams are asked for.

    {"sub": "market.btcusdt.mbp.150", "id": "1"}
    {"req": "market.btcusdt.mbp.150", "id": "s2"}
    {"sub": "market.BTC-USDT.depth.size_150.high_freq", "data_type": "incremental", "id": "1"}

One message names one topic. The venue pings, `{"ping": 1492420473027}` each 5 s, and wants
`{"pong": 1492420473027}`: spot hangs up after two that were not answered, swaps after five. Frames
from the venue are gzip; those to it are plain.

HTX, "Websocket Market Data: Introduction" (spot, 2021-06), "WebSocket Heartbeat" (USDT-margined
contracts, 2021-06).
"""

from collections.abc import Sequence

import msgspec

from janym.book.law import Law, Source
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Market, Pair
from janym.exchanges.htx import books, events, listings
from janym.feeds.dialect import PairOf, Said
from janym.feeds.inflate import inflated
from janym.ports.feeds import Request, Send

TOPICS = {Channel.BBO: "bbo", Channel.TRADES: "trade.detail"}


class HtxDialect:
    """`feeds.dialect.Dialect`."""

    heartbeat = None
    snapshot_paths = ()

    def __init__(self, market: Market) -> None:
        self._market = market
        self.kinds = books.KINDS[market]

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return inflated(frame)

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:
        if channel is Channel.BOOK:
            return self.token(depth, symbol)
        return f"market.{symbol}.{TOPICS[channel]}"

    def token(self, depth: Depth, symbol: str) -> str:
        """Book messages name their topic."""
        return f"market.{symbol}.{books.TOPICS[self._market][depth]}"

    def symbol(self, token: str) -> str:
        return token.split(".", 2)[1] if token.count(".") > 1 else token

    def law(self, token: str) -> Law:
        return books.law(token)

    def guess(self, symbol: str) -> Pair | None:
        return listings.guess(symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("sub", topics[0], number)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("unsub", topics[0], number)

    def snapshot(self, token: str, depth: Depth, number: int) -> Send | None:  # noqa: ARG002
        if self.law(token).source is not Source.ASKED:
            return None
        return Send(frame=_json({"req": token, "id": f"s{number}"}))

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        raise ValueError(f"{request.path} was not asked for: {len(body)} bytes")


def _written(verb: str, topic: str, number: int) -> str:
    message = {verb: topic, "id": str(number)}
    if topic.endswith(".high_freq"):
        message["data_type"] = "incremental"
    return _json(message)


def _json(message: dict[str, str]) -> str:
    return msgspec.json.encode(message).decode()
