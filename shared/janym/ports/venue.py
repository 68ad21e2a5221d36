"""What the platform itself asks of an exchange; bots trade through their own connectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.ids import BotId, ClientOrderId, TradeId
from janym.domain.instrument import Instrument
from janym.domain.trading import Fee, Fill, FillSource, OrderStatus, OrderType, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueOrder:
    """An order as the venue shows it."""

    client_order_id: str
    exchange_order_id: str
    trading_pair: str
    type: OrderType
    side: Side
    price: Decimal | None
    quantity: Decimal
    filled_quantity: Decimal
    status: OrderStatus
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueTrade:
    """An execution as the venue shows it."""

    trade_id: str
    exchange_order_id: str
    trading_pair: str
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    """Positive is paid."""
    fee_asset: str
    maker: bool
    executed_at: datetime

    def fill(self, bot: BotId, name: str, *, fee_price: Decimal | None) -> Fill:
        """Make it a fill of a bot's order, which is known by its client order id.

        Args:
            bot: whose order it was.
            name: the order's client order id, which the venue does not tell with an execution.
            fee_price: quote units for one unit of the fee's asset; None where nobody knows.
        """
        return Fill(
            bot=bot,
            trade_id=TradeId(self.trade_id),
            client_order_id=ClientOrderId(name),
            exchange_order_id=self.exchange_order_id,
            trading_pair=self.trading_pair,
            side=self.side,
            price=self.price,
            quantity=self.quantity,
            fee=Fee(asset=self.fee_asset, amount=self.fee, price=fee_price),
            maker=self.maker,
            executed_at=self.executed_at,
            source=FillSource.VENUE,
            position=None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueBalance:
    """An asset on an account."""

    asset: str
    free: Decimal
    locked: Decimal
    """Bound in open orders."""


class Venue(Protocol):
    """Signed and public calls on one exchange in one environment.

    Every method raises `VenueRefused` when the exchange answers no, and `OutcomeUnknown` when it
    does not answer, or not in its own words.
    """

    def instruments(self) -> Sequence[Instrument]:
        """List what can be traded."""
        ...

    def price(self, pair: str) -> Decimal:
        """Give the last price of `BASE-QUOTE`."""
        ...

    def prices(self, pairs: Sequence[str]) -> Mapping[str, Decimal]:
        """Give the last price of each, in one request; a pair it does not trade is left out."""
        ...

    def balances(self, key: ExchangeKey) -> Sequence[VenueBalance]:
        """List what the account holds; what it has nothing of is left out."""
        ...

    def permissions(self, key: ExchangeKey) -> Permissions:
        """Ask what a key may do. A key that is refused raises `VenueRefused`."""
        ...

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        """List the account's open orders of a pair."""
        ...

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        """List the account's orders of a pair, open or not, placed since then."""
        ...

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        """List the account's executions of a pair since then, oldest first, all pages."""
        ...

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        """Cancel one order; one that is not open any more is no error."""
        ...


class Venues(Protocol):
    """Finds the venue for an exchange and an environment."""

    def offered(self) -> Sequence[tuple[str, Environment]]:
        """List the exchanges and environments that `get` gives a venue for."""
        ...

    def get(self, exchange: str, environment: Environment) -> Venue:
        """Give the venue.

        Raises:
            InvalidInput: the platform has no signed calls for it, so no bot may trade there; the
                field is `exchange` or `environment`.
        """
        ...

    def addresses(self, exchange: str, environment: Environment) -> dict[str, str] | None:
        """Give the addresses that a connector must use instead of its own, or None."""
        ...
