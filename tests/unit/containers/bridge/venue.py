"""A venue in memory, for sweeps and prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import JanymError, VenueRefused
from janym.domain.instrument import Instrument
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade
from tests.unit.containers.bridge.conftest import NOON

PAIR = "ETH-USDT"


def order(client_order_id: str) -> VenueOrder:
    return VenueOrder(
        client_order_id=client_order_id,
        exchange_order_id=f"x-{client_order_id}",
        trading_pair=PAIR,
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal(2000),
        quantity=Decimal(1),
        filled_quantity=Decimal(0),
        status=OrderStatus.OPEN,
        updated_at=NOON,
    )


def trade(trade_id: str, client_order_id: str, *, fee_asset: str = "BNB") -> VenueTrade:
    return VenueTrade(
        trade_id=trade_id,
        exchange_order_id=f"x-{client_order_id}",
        trading_pair=PAIR,
        side=Side.BUY,
        price=Decimal(2000),
        quantity=Decimal("0.1"),
        fee=Decimal("0.001"),
        fee_asset=fee_asset,
        maker=True,
        executed_at=NOON,
    )


@dataclass(slots=True)
class MemoryVenue:
    """Holds what the test puts in; `stubborn` orders outlive so many cancels."""

    open: list[VenueOrder] = field(default_factory=list[VenueOrder])
    past: list[VenueOrder] = field(default_factory=list[VenueOrder])
    executions: list[VenueTrade] = field(default_factory=list[VenueTrade])
    last: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    stubborn: dict[str, int] = field(default_factory=dict[str, int])
    trouble: JanymError | None = None
    asked_since: datetime | None = None
    asked_prices: list[str] = field(default_factory=list[str])
    cancels: list[str] = field(default_factory=list[str])

    def instruments(self) -> Sequence[Instrument]:
        return []

    def price(self, pair: str) -> Decimal:
        self.asked_prices.append(pair)
        if self.trouble:
            raise self.trouble
        if pair not in self.last:
            raise VenueRefused("memory", "-1121", f"no {pair}")
        return self.last[pair]

    def prices(self, pairs: Sequence[str]) -> Mapping[str, Decimal]:
        return {pair: self.last[pair] for pair in pairs if pair in self.last}

    def balances(self, key: ExchangeKey) -> Sequence[VenueBalance]:
        assert key.api_secret == "secret"
        return []

    def permissions(self, key: ExchangeKey) -> Permissions:
        return Permissions(trade=bool(key), withdraw=False)

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        self._check(key, pair)
        return list(self.open)

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        self._check(key, pair)
        self.asked_since = since
        return list(self.past)

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        self._check(key, pair)
        assert since == self.asked_since
        return list(self.executions)

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        self._check(key, pair)
        self.cancels.append(client_order_id)
        if self.stubborn.get(client_order_id, 0) > 0:
            self.stubborn[client_order_id] -= 1
            return
        self.open = [each for each in self.open if each.client_order_id != client_order_id]

    def _check(self, key: ExchangeKey, pair: str) -> None:
        assert key.api_secret == "secret"
        assert pair == PAIR
        if self.trouble:
            raise self.trouble
