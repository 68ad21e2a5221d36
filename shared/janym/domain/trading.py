"""Orders and fills as the venue knows them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from janym.domain.bot import Position
from janym.domain.ids import BotId, ClientOrderId, TradeId


class Side(StrEnum):
    """Which way."""

    BUY = "buy"
    SELL = "sell"


class OrderType(StrEnum):
    """How it is priced."""

    LIMIT = "limit"
    MARKET = "market"


class OrderStatus(StrEnum):
    """Where an order stands; a partial fill is an open order with a filled quantity."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    FAILED = "failed"


ORDER_RANK = {
    OrderStatus.OPEN: 0,
    OrderStatus.FAILED: 1,
    OrderStatus.CANCELLED: 2,
    OrderStatus.FILLED: 3,
}
"""Messages of an order may come in any order: the highest rank wins, as does the most filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of a bot, merged from everything heard of it."""

    bot: BotId
    client_order_id: ClientOrderId
    exchange_order_id: str | None
    trading_pair: str
    type: OrderType
    side: Side
    price: Decimal | None
    quantity: Decimal
    filled_quantity: Decimal
    status: OrderStatus
    reason: str | None
    exchange_timestamp: datetime | None
    created_at: datetime
    updated_at: datetime


class FillSource(StrEnum):
    """Who told of a fill."""

    BOT = "bot"
    VENUE = "venue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What one execution cost: positive is paid, negative is a rebate."""

    asset: str
    amount: Decimal
    price: Decimal | None
    """Quote units for one unit of the asset at that moment; None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution. Known by (bot, trading pair, trade id), however often it is told."""

    bot: BotId
    trade_id: TradeId
    client_order_id: ClientOrderId
    exchange_order_id: str | None
    trading_pair: str
    side: Side
    price: Decimal
    quantity: Decimal
    fee: Fee
    maker: bool | None
    executed_at: datetime
    source: FillSource
    position: Position | None
    """Where the bot's message stood; None when the venue told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Fills of a few minutes, of which only the figures are handed on."""

    ended: datetime
    """When the last of them happened."""
    fills: int
    volume: Decimal
    """Quote units."""
