"""An exchange in memory, as the ports see it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import FieldError, InvalidInput, VenueRefused
from janym.domain.instrument import Instrument
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.ports.venue import Venue, VenueBalance, VenueOrder, VenueTrade
from tests.fakes.clock import NOON

ETH_USDT = Instrument(
    exchange="binance",
    pair="ETH-USDT",
    base="ETH",
    quote="USDT",
    tick_size=Decimal("0.01"),
    step_size=Decimal("0.0001"),
    min_quantity=Decimal("0.0001"),
    max_quantity=None,
    min_notional=Decimal(5),
)


def venue_order(
    client_order_id: str,
    *,
    exchange_order_id: str = "1",
    status: OrderStatus = OrderStatus.OPEN,
    filled: str = "0",
    at: datetime = NOON,
) -> VenueOrder:
    """Make a limit order to buy 0.1 ETH at 3000."""
    return VenueOrder(
        client_order_id=client_order_id,
        exchange_order_id=exchange_order_id,
        trading_pair="ETH-USDT",
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal(3000),
        quantity=Decimal("0.1"),
        filled_quantity=Decimal(filled),
        status=status,
        updated_at=at,
    )


def venue_trade(
    trade_id: str,
    *,
    exchange_order_id: str = "1",
    fee: str = "0.0003",
    fee_asset: str = "BNB",
    at: datetime = NOON,
) -> VenueTrade:
    """Make an execution of 0.05 ETH bought at 3000."""
    return VenueTrade(
        trade_id=trade_id,
        exchange_order_id=exchange_order_id,
        trading_pair="ETH-USDT",
        side=Side.BUY,
        price=Decimal(3000),
        quantity=Decimal("0.05"),
        fee=Decimal(fee),
        fee_asset=fee_asset,
        maker=True,
        executed_at=at,
    )


class FakeVenue:
    """Orders, trades and prices as a test sets them."""

    def __init__(self) -> None:
        self.key_permissions = Permissions(trade=True, withdraw=False)
        self.prices_of = {"ETH-USDT": Decimal(3000), "BNB-USDT": Decimal(600)}
        self.held = [VenueBalance(asset="USDT", free=Decimal(900), locked=Decimal(100))]
        self.placed: list[VenueOrder] = []
        self.executed: list[VenueTrade] = []
        self.cancelled: list[str] = []
        self.refusal: Exception | None = None
        self.cannot_cancel = False
        self.asked_with: list[ExchangeKey] = []

    def instruments(self) -> Sequence[Instrument]:
        self._answer()
        return [ETH_USDT]

    def price(self, pair: str) -> Decimal:
        self._answer()
        if pair not in self.prices_of:
            raise VenueRefused("binance", "-1121", "Invalid symbol.")
        return self.prices_of[pair]

    def prices(self, pairs: Sequence[str]) -> Mapping[str, Decimal]:
        self._answer()
        return {pair: self.prices_of[pair] for pair in pairs if pair in self.prices_of}

    def balances(self, key: ExchangeKey) -> Sequence[VenueBalance]:
        self._answer(key)
        return self.held

    def permissions(self, key: ExchangeKey) -> Permissions:
        self._answer(key)
        return self.key_permissions

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        self._answer(key)
        return [
            order
            for order in self.placed
            if order.trading_pair == pair and order.status is OrderStatus.OPEN
        ]

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        self._answer(key)
        return [o for o in self.placed if o.trading_pair == pair and o.updated_at >= since]

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        self._answer(key)
        return [t for t in self.executed if t.trading_pair == pair and t.executed_at >= since]

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        self._answer(key)
        self.cancelled.append(client_order_id)
        if not self.cannot_cancel:
            self.placed = [
                replace(order, status=OrderStatus.CANCELLED)
                if (order.client_order_id, order.trading_pair) == (client_order_id, pair)
                else order
                for order in self.placed
            ]

    def _answer(self, key: ExchangeKey | None = None) -> None:
        if key is not None:
            self.asked_with.append(key)
        if self.refusal is not None:
            raise self.refusal


class FakeVenues:
    """One exchange, on paper."""

    def __init__(self, venue: FakeVenue) -> None:
        self.venue = venue

    def offered(self) -> Sequence[tuple[str, Environment]]:
        return [("binance", Environment.PAPER)]

    def get(self, exchange: str, environment: Environment) -> Venue:
        if exchange != "binance":
            raise InvalidInput(FieldError(field="exchange", reason=f"{exchange} is not offered"))
        if environment is not Environment.PAPER:
            reason = f"{environment} is not offered on {exchange}"
            raise InvalidInput(FieldError(field="environment", reason=reason))
        return self.venue

    def addresses(self, exchange: str, environment: Environment) -> dict[str, str] | None:
        return {"rest": f"http://{exchange}.{environment}.test"}
