"""Who listens to which account, and the frames they get; faults strike frames here.

What one action changed goes out as its execution reports in order, then one account position.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson

from containers.paper_exchange.accounts import HOUSE
from containers.paper_exchange.binance import reports
from containers.paper_exchange.binance.shapes import Json
from containers.paper_exchange.exchange import Exchange, News
from containers.paper_exchange.faults import Channel, Fault, FaultKind, Faults
from containers.paper_exchange.sockets import Socket
from janym.matching.order import Event, Traded

FRAME_FAULTS = (
    FaultKind.DROP_FRAME,
    FaultKind.DUPLICATE_FRAME,
    FaultKind.REORDER_FRAME,
    FaultKind.DELAY_FRAME,
    FaultKind.DISCONNECT,
)


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One account on one connection. `held` waits until the next frame has gone before it."""

    id: int
    api_key: str
    socket: Socket
    held: list[str] = field(default_factory=list[str])


class UserStreams:
    """All subscriptions. A listener of the exchange."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange = exchange
        self._faults = faults
        self._subscriptions: list[Subscription] = []
        self._cancel_ids: dict[int, str] = {}
        self._executions = 0
        exchange.listeners.append(self.publish)

    def __len__(self) -> int:
        return len(self._subscriptions)

    def add(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)

    def drop(self, socket: Socket) -> None:
        """Forget a connection that has ended."""
        self._subscriptions = [one for one in self._subscriptions if one.socket is not socket]

    def disconnect(self, api_key: str | None) -> None:
        """Close the connections of an account, or of all with None."""
        for one in self._subscriptions:
            if api_key in (None, one.api_key):
                one.socket.close()

    def name_cancel(self, order_id: int, cancel_id: str) -> None:
        """Say under which client order id a cancel that is about to happen was asked for."""
        self._cancel_ids[order_id] = cancel_id

    def publish(self, news: News) -> None:
        """Send each account what happened to it."""
        for account in _accounts(news.events):
            own = [event for event in news.events if event.order.account == account]
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
        for one in tuple(self._subscriptions):
            if one.api_key == account:
                self._deliver(one, event)

    def _deliver(self, to: Subscription, event: Json) -> None:
        text = orjson.dumps({"subscriptionId": to.id, "event": event}).decode()
        facts = {
            "api_key": to.api_key,
            "event": str(event["e"]),
            "symbol": str(event.get("s", "")),
            "execution": str(event.get("x", "")),
            "client_order_id": str(event.get("C") or event.get("c", "")),
        }
        struck = self._faults.strike(Channel.FRAME, facts, *FRAME_FAULTS)
        if FaultKind.DISCONNECT in struck:
            to.socket.close()
        if FaultKind.DROP_FRAME in struck:
            return
        if FaultKind.REORDER_FRAME in struck:
            to.held.append(text)
            return
        copies = 2 if FaultKind.DUPLICATE_FRAME in struck else 1
        for _ in range(copies):
            to.socket.send(text, delay_s=_delay_s(struck.get(FaultKind.DELAY_FRAME)))
        for held in to.held:
            to.socket.send(held)
        to.held.clear()


def _accounts(events: Iterable[Event]) -> list[str]:
    owners = dict.fromkeys(event.order.account for event in events)
    return [owner for owner in owners if owner not in HOUSE]


def _ended(event: Event) -> bool:
    return not event.order.is_open


def _delay_s(fault: Fault | None) -> float:
    return 0.0 if fault is None else fault.numbers["delay_ms"] / 1000
