"""How Bybit's topics are asked for.

    {"op": "subscribe", "args": ["orderbook.50.BTCUSDT"], "req_id": "1"}
    {"op": "ping"}                                                      every 20 s

Bybit, "Connect" (v5 WebSocket, 2026-07-24).
"""

from collections.abc import Sequence

import msgspec

from janym.book.law import Law
from janym.book.message import Snapshot
from janym.domain.market import Channel, Depth, Pair
from janym.exchanges.bybit import books, events
from janym.feeds import symbols
from janym.feeds.dialect import Heartbeat, PairOf, Said
from janym.ports.feeds import SECOND, Request, Send


class BybitDialect:
    """`feeds.dialect.Dialect`; spot and linear speak alike."""

    heartbeat = Heartbeat(
        every_ns=20 * SECOND, beat=lambda _: Send(frame='{"op":"ping"}', urgent=True)
    )
    kinds = (books.ORDER_BOOK,)
    snapshot_paths = ()

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        return events.read(frame, pair_of, at_ns)

    def opened_up(self, frame: bytes) -> bytes:
        return frame

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:
        if channel is Channel.TRADES:
            return f"publicTrade.{symbol}"
        levels = 1 if channel is Channel.BBO else books.LEVELS[depth]
        return f"orderbook.{levels}.{symbol}"

    def token(self, depth: Depth, symbol: str) -> str:
        """Book messages name the topic that was asked for."""
        return self.topic(Channel.BOOK, depth, symbol)

    def symbol(self, token: str) -> str:
        return token.rpartition(".")[2]

    def law(self, token: str) -> Law:  # noqa: ARG002 - there is one
        return books.LAW

    def guess(self, symbol: str) -> Pair:
        """`BTCPERP` is priced in USDC."""
        if symbol.endswith("PERP"):
            return Pair(f"{symbol.removesuffix('PERP')}/USDC")
        return symbols.split(symbol)

    def subscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("subscribe", topics, number)

    def unsubscribe(self, topics: Sequence[str], number: int) -> str:
        return _written("unsubscribe", topics, number)

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | None:  # noqa: ARG002
        """Subscribing again brings one."""
        return None

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:  # noqa: ARG002
        raise ValueError(f"Bybit's books begin in their streams, not with {request.path}")


def _written(operation: str, topics: Sequence[str], number: int) -> str:
    message = {"op": operation, "args": topics, "req_id": str(number)}
    return msgspec.json.encode(message).decode()
