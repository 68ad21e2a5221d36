"""The user streams' events, and the order in which they go out.

What one action changed goes out as its execution reports in order, then one account position.
"""

import orjson

from containers.paper_exchange.binance import reports
from containers.paper_exchange.binance.shapes import Json
from containers.paper_exchange.exchange import Exchange, News
from containers.paper_exchange.faults import Faults
from containers.paper_exchange.sockets import Socket
from containers.paper_exchange.subscriptions import Subscription, Subscriptions
from janym.matching.order import Event, Traded


class UserStreams:
    """All user streams. A listener of the exchange."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange = exchange
        self._subscriptions = Subscriptions(faults)
        self._cancel_ids: dict[int, str] = {}
        self._executions = 0
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

    def name_cancel(self, order_id: int, cancel_id: str) -> None:
        """Say under which client order id a cancel that is about to happen was asked for."""
        self._cancel_ids[order_id] = cancel_id

    def publish(self, news: News) -> None:
        """Send each account what happened to it."""
        for account, own in news.by_account().items():
            for event in own:
                self._executions += 1
                cancel_id = self._cancel_ids.pop(event.order.id, "") if _ended(event) else ""
                report = reports.execution(
                    event,
                    execution_id=self._executions,
                    cancel_id=cancel_id,
                    at_ms=news.at_ms,
                )
                self._send(account, report)
            self._send(account, self._position(account, own, news))

    def _position(self, account: str, events: list[Event], news: News) -> Json:
        instrument = self._exchange.engine.instruments[news.symbol]
        assets = {instrument.base, instrument.quote}
        assets |= {event.fill.fee_asset for event in events if isinstance(event, Traded)}
        holdings = self._exchange.engine.balances.of(account)
        return reports.position({asset: holdings[asset] for asset in assets}, at_ms=news.at_ms)

    def _send(self, account: str, event: Json) -> None:
        facts = {
            "event": str(event["e"]),
            "symbol": str(event.get("s", "")),
            "execution": str(event.get("x", "")),
            "client_order_id": str(event.get("C") or event.get("c", "")),
        }
        for one in self._subscriptions.of(account):
            text = orjson.dumps({"subscriptionId": one.id, "event": event}).decode()
            self._subscriptions.deliver(one, text, facts)


def _ended(event: Event) -> bool:
    return not event.order.is_open
