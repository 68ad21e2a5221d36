"""What a bot says about itself, as the platform thinks of it; `janym.api.messages` has the wire."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from janym.domain.bot import BotStatus, Position
from janym.domain.command import CommandState
from janym.domain.ids import BotId, ClientOrderId, CommandId
from janym.domain.trading import Fill, OrderStatus, OrderType, Side


class LogLevel(StrEnum):
    """How much a log line matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """The bot's own word on its state: a snapshot, the last by position wins."""

    bot: BotId
    position: Position
    at: datetime
    status: BotStatus
    reason: str | None
    detail: str | None
    uptime_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AckReport:
    """How far a command got at the bot: a fact."""

    bot: BotId
    position: Position
    at: datetime
    command: CommandId
    state: CommandState
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """One thing that happened to an order: a fact, merged into the order's row."""

    bot: BotId
    position: Position
    at: datetime
    status: OrderStatus
    client_order_id: ClientOrderId
    exchange_order_id: str | None
    trading_pair: str
    type: OrderType
    side: Side
    price: Decimal | None
    quantity: Decimal
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """One execution: a fact."""

    bot: BotId
    position: Position
    at: datetime
    fill: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsReport:
    """The bot's figures at one moment: the newest is the current one, all are history.

    Money is in quote units of the bot's pair; `balance` sums what the account holds at mid price.
    """

    bot: BotId
    position: Position
    at: datetime
    balance_total: Decimal
    balance_available: Decimal
    balance_locked: Decimal
    pnl_total: Decimal
    pnl_total_pct: Decimal
    pnl_realized: Decimal
    pnl_unrealized: Decimal
    orders_active: int
    orders_filled_24h: int
    orders_cancelled_24h: int
    volume_24h: Decimal
    extra: dict[str, Any]
    """All else the message carried (balances by asset, mid price, memory); decimals as strings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a bot's log: a fact."""

    bot: BotId
    position: Position
    at: datetime
    level: LogLevel
    message: str
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport:
    """The configuration that the bot runs with, in answer to `config/get`."""

    bot: BotId
    position: Position
    at: datetime
    config: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPart:
    """A part of a metrics report by itself. It repeats what is stored, and is not stored again."""

    bot: BotId
    position: Position
    at: datetime


Report = (
    StatusReport
    | AckReport
    | OrderReport
    | FillReport
    | MetricsReport
    | MetricsPart
    | LogLine
    | ConfigReport
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that could not be taken, kept with its reason."""

    topic: str
    bot: str
    """As the topic's second level says, which need not be an id."""
    client_id: str | None
    reason: str
    body: bytes
    received_at: datetime
