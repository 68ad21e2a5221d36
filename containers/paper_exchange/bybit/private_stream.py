"""The private streams' frames: topics `execution`, `order` and `wallet`, in this order.

    {"id": "592324803b2785-26fa-4214-9963-bdd4727f07be", "topic": "execution",
     "creationTime": 1672364174455, "data": [{"symbol": "ETHUSDT", "execId": "...", ...}]}

https://github.com/bybit-exchange/docs/blob/master/docs/v5/websocket/private/execution.mdx
"""

import orjson

from containers.paper_exchange.bybit import shapes
from containers.paper_exchange.bybit.shapes import Json
from containers.paper_exchange.exchange import Exchange, News
from containers.paper_exchange.faults import Faults
from containers.paper_exchange.sockets import Socket
from containers.paper_exchange.subscriptions import Subscription, Subscriptions
from janym.matching.order import Event, Traded

EXECUTION, ORDER, WALLET = TOPICS = ("execution", "order", "wallet")


class PrivateStreams:
    """All authenticated connections. A listener of the exchange."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange = exchange
        self._subscriptions = Subscriptions(faults)
        self._frames = 0
        exchange.listeners.append(self.publish)

    def __len__(self) -> int:
        return len(self._subscriptions)

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.add(subscription)

    def drop(self, socket: Socket) -> None:
        """Forget a connection that has ended."""
        self._subscriptions.drop(socket)

    def disconnect(self, api_key: str | None) -> None:
        """Close the connections of an account, or of all with None."""
        self._subscriptions.disconnect(api_key)

    def publish(self, news: News) -> None:
        """Send each account what happened to it: per event its execution and order, then money."""
        for account, own in news.by_account().items():
            for event in own:
                if isinstance(event, Traded):
                    row = shapes.execution(event.fill, event.order)
                    self._send(account, EXECUTION, row, _facts(event, "Trade"), news.at_ms)
                facts = _facts(event, shapes.status(event.order))
                self._send(account, ORDER, shapes.order(event.order), facts, news.at_ms)
            self._send(account, WALLET, self._wallet(account, own, news), {}, news.at_ms)

    def _wallet(self, account: str, events: list[Event], news: News) -> Json:
        instrument = self._exchange.engine.instruments[news.symbol]
        assets = {instrument.base, instrument.quote}
        assets |= {event.fill.fee_asset for event in events if isinstance(event, Traded)}
        holdings = self._exchange.engine.balances.of(account)
        return shapes.wallet(
            {asset: holdings[asset] for asset in assets}, self._exchange.dollar_prices()
        )

    def _send(self, account: str, topic: str, row: Json, facts: dict[str, str], at_ms: int) -> None:
        readers = [one for one in self._subscriptions.of(account) if topic in one.topics]
        if not readers:
            return
        self._frames += 1
        frame = {"id": str(self._frames), "topic": topic, "creationTime": at_ms, "data": [row]}
        text = orjson.dumps(frame).decode()
        for one in readers:
            self._subscriptions.deliver(one, text, {"event": topic, **facts})


def _facts(event: Event, execution: str) -> dict[str, str]:
    order = event.order
    return {
        "symbol": order.symbol,
        "execution": execution,
        "client_order_id": order.client_id,
    }
