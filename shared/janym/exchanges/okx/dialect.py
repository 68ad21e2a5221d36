"""How OKX's channels are asked for.

    {"op": "subscribe", "args": [{"channel": "books", "instId": "BTC-USDT-SWAP"}]}
    ping                                                  when nothing came for less than 30 s

OKX, "WebSocket: Connect, Subscribe" (API v5, 2026-09).
"""

from collections.abc import Mapping, Sequence

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Pair
from janym.exchanges.okx import books, events, listings
from janym.feeds.dialect import Heartbeat, PairOf, Said
from janym.ports.feeds import SECOND, Request, Send

NAMES: Mapping[Channel, str] = {Channel.BBO: "bbo-tbt", Channel.TRADES: "trades"}


class OkxDialect:
    """`feeds.dialect.Dialect`; spot and swaps speak alike. A topic is `channel:instId`."""

    heartbeat = Heartbeat(every_ns=20 * SECOND, beat=lambda _: Send(frame="ping", urgent=True))
    kinds = (books.NUMBERED, books.UNNUMBERED, books.BEST_LEVELS)
    snapshot_paths = ()

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return frame

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:
        return f"{NAMES.get(channel, books.CHANNEL[depth])}:{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:  # noqa: ARG002 - one channel serves all
        return symbol

    def symbol(self, token: str) -> str:
        return token.removeprefix(books.BEST_LEVELS.scope)

    def law(self, token: str) -> Law:
        return books.WHOLE if token.startswith(books.BEST_LEVELS.scope) else books.LAW

    def guess(self, symbol: str) -> Pair:
        return listings.pair(symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:  # noqa: ARG002 - answers name topics
        return _written("subscribe", topics)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:  # noqa: ARG002
        return _written("unsubscribe", topics)

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | None:  # noqa: ARG002
        """Subscribing again brings one."""
        return None

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:  # noqa: ARG002
        raise ValueError(f"OKX's books begin in their streams, not with {request.path}")


def _written(operation: str, topics: Sequence[str]) -> str:
    parts = (topic.partition(":") for topic in topics)
    arguments = [{"channel": channel, "instId": symbol} for channel, _, symbol in parts]
    return msgspec.json.encode({"op": operation, "args": arguments}).decode()
