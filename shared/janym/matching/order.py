"""Orders, their executions, and the events that a matching engine answers with."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from janym.domain.trading import Side

ZERO = Decimal(0)


OPPOSITE = {Side.BUY: Side.SELL, Side.SELL: Side.BUY}


class OrderKind(StrEnum):
    LIMIT = "limit"
    LIMIT_MAKER = "limit_maker"
    MARKET = "market"


class TimeInForce(StrEnum):
    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"


class OrderStatus(StrEnum):
    NEW = "new"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"


OPEN = frozenset({OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED})


class Refusal(StrEnum):
    """Why the engine does not take an order or a cancel; nothing has changed then."""

    UNKNOWN_SYMBOL = "unknown_symbol"
    BAD_ORDER = "bad_order"
    PRICE_FILTER = "price_filter"
    QUANTITY_FILTER = "quantity_filter"
    NOTIONAL_FILTER = "notional_filter"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    WOULD_TAKE = "would_take"
    DUPLICATE_CLIENT_ID = "duplicate_client_id"
    NO_LIQUIDITY = "no_liquidity"
    UNKNOWN_ORDER = "unknown_order"


class Refused(Exception):
    """The engine refused; `reason` says why. The sender's fault, and state is as before."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """What an account asks for. A market order names `quantity` or `quote_quantity`, not both.

    `token_fees` lets the account's fee token pay; otherwise what is received pays.
    """

    account: str
    client_id: str
    symbol: str
    side: Side
    kind: OrderKind = OrderKind.LIMIT
    time_in_force: TimeInForce = TimeInForce.GTC
    price: Decimal = ZERO
    quantity: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    token_fees: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An accepted order. It never changes: it is replaced. Times are Unix milliseconds."""

    id: int
    account: str
    client_id: str
    symbol: str
    side: Side
    kind: OrderKind
    time_in_force: TimeInForce
    price: Decimal
    quantity: Decimal
    quote_quantity: Decimal
    filled: Decimal
    filled_quote: Decimal
    status: OrderStatus
    created_ms: int
    updated_ms: int
    token_fees: bool = True

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def held(self) -> Decimal:
        """What a resting order keeps locked: quote for a buy, base for a sell."""
        return self.remaining * self.price if self.side is Side.BUY else self.remaining


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One side of one trade. `fee_price` is quote per unit of the fee asset at that moment."""

    trade_id: int
    order_id: int
    account: str
    client_id: str
    symbol: str
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Decimal
    fee_asset: str
    fee_price: Decimal
    maker: bool
    time_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The engine took the order; what it traded follows as its own events."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Traded:
    """The order as it stands after `fill`."""

    order: Order
    fill: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Canceled:
    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """What could not trade at once, and may not rest, is over."""

    order: Order


Event = Accepted | Traded | Canceled | Expired
