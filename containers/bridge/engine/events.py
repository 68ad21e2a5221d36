"""Hummingbot's market events as lines for the bridge: decimals intact, each execution once."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from engine.connectors import exchange_id
from engine.protocol import Fee, Fill, OrderEvent, Report
from hummingbot.core.data_type.common import OrderType, TradeType
from hummingbot.core.data_type.trade_fee import AddedToCostTradeFee
from hummingbot.core.event.event_forwarder import SourceInfoEventForwarder
from hummingbot.core.event.events import MarketEvent

REMEMBERED = 20_000
POST_ONLY = OrderType.LIMIT_MAKER

ORDER_EVENTS = {
    MarketEvent.BuyOrderCreated: "order_created",
    MarketEvent.SellOrderCreated: "order_created",
    MarketEvent.OrderCancelled: "order_cancelled",
    MarketEvent.OrderExpired: "order_cancelled",
    MarketEvent.OrderFailure: "order_failed",
    MarketEvent.BuyOrderCompleted: "order_completed",
    MarketEvent.SellOrderCompleted: "order_completed",
}


class Events:
    """Listens to one connector for as long as it lives."""

    def __init__(
        self,
        *,
        send: Callable[[Report], None],
        now: Callable[[], datetime],
        find_order: Callable[[str], Any],
    ) -> None:
        self._send = send
        self._now = now
        self._find_order = find_order
        self._told: OrderedDict[Hashable, None] = OrderedDict()
        # Connectors keep weak references to their listeners; this is the strong one.
        self._forwarder = SourceInfoEventForwarder(self._hear)

    def attach(self, connector: Any) -> None:
        """Hear every order event and every execution of the connector."""
        for event in (*ORDER_EVENTS, MarketEvent.OrderFilled):
            connector.add_listener(event, self._forwarder)

    def _hear(self, tag: int, _connector: Any, event: Any) -> None:
        kind = MarketEvent(tag)
        if kind is MarketEvent.OrderFilled:
            self._hear_fill(event)
        else:
            self._hear_order(kind, event)

    def _hear_order(self, kind: MarketEvent, event: Any) -> None:
        order = self._find_order(event.order_id)
        if order is None or not self._is_new((ORDER_EVENTS[kind], event.order_id)):
            return
        self._send(
            OrderEvent(
                type=ORDER_EVENTS[kind],
                at=self._now(),
                client_order_id=order.client_order_id,
                exchange_order_id=exchange_id(order),
                trading_pair=order.trading_pair,
                side=side(order.trade_type),
                order_type=order_type(order.order_type),
                price=Decimal(0) if order.price.is_nan() else order.price,
                quantity=order.amount,
                reason=_reason(kind, event),
            )
        )

    def _hear_fill(self, event: Any) -> None:
        if not self._is_new((event.trading_pair, event.exchange_trade_id)):
            return
        order = self._find_order(event.order_id)
        self._send(
            Fill(
                at=self._filled_at(event, order),
                trade_id=event.exchange_trade_id,
                client_order_id=event.order_id or "",
                exchange_order_id=event.exchange_order_id or exchange_id(order) or "",
                trading_pair=event.trading_pair,
                side=side(event.trade_type),
                price=event.price,
                quantity=event.amount,
                fees=fees(event),
                maker=True if event.order_type is POST_ONLY else None,
            )
        )

    def _filled_at(self, event: Any, order: Any) -> datetime:
        """The venue's own time where the order remembers it."""
        update = order.order_fills.get(event.exchange_trade_id) if order is not None else None
        seconds = event.timestamp if update is None else update.fill_timestamp
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else self._now()

    def _is_new(self, key: Hashable) -> bool:
        if key in self._told:
            return False
        self._told[key] = None
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True


def side(trade_type: TradeType) -> str:
    """Buy or sell."""
    return "buy" if trade_type is TradeType.BUY else "sell"


def order_type(kind: OrderType) -> str:
    """Limit or market; a post-only order is a limit order."""
    return "market" if kind is OrderType.MARKET else "limit"


def fees(event: Any) -> list[Fee]:
    """Everything an execution cost, asset by asset, cost positive.

    Flat fees are what the venue charged. A percentage is exact arithmetic on the execution: of
    the base that a buy receives where it is deducted from returns, of the quote else. One that is
    paid in a third asset is told as what it is worth in quote.
    """
    fee = event.trade_fee
    told = [Fee(asset=flat.token, amount=Decimal(flat.amount)) for flat in fee.flat_fees]
    if fee.percent:
        base, quote = event.trading_pair.split("-")
        deducted = not isinstance(fee, AddedToCostTradeFee)
        received = base if event.trade_type is TradeType.BUY and deducted else quote
        in_base = (fee.percent_token or received) == base
        basis = event.amount if in_base else event.amount * event.price
        told.append(Fee(asset=base if in_base else quote, amount=basis * Decimal(fee.percent)))
    return told


def _reason(kind: MarketEvent, event: Any) -> str | None:
    if kind is MarketEvent.OrderExpired:
        return "expired"
    if kind is MarketEvent.OrderFailure:
        return event.error_message or event.error_type or "the venue did not say"
    return None
