"""MQTT payloads, as they go over the wire.

Decimals are strings; numbers are accepted on input, as text, so that none passes through a float.
Unknown fields are kept out of a message that we make and ignored in one that we get: an older
platform understands a newer bridge. `seq` rises within a `session`; Postgres issues sessions.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
)

from janym.domain.bot import BotStatus
from janym.domain.command import CommandState
from janym.domain.money import plain
from janym.domain.trading import OrderType, Side

Money = Annotated[
    Decimal,
    Field(allow_inf_nan=False, max_digits=60),
    PlainSerializer(plain, return_type=str),
]
"""A JSON number is let in by its shortest text: pydantic reads 0.1 as 0.1, not as its float."""
Name = Annotated[str, Field(min_length=1, max_length=100)]
Text = Annotated[str, Field(max_length=4_000)]
Size = Annotated[int, Field(ge=0)]


class Wire(BaseModel):
    """What all of these have in common; what reads each is built when the first one comes."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Message(Wire):
    """What every message from a bot has."""

    v: Literal[1] = 1
    session: Annotated[int, Field(ge=1, le=2**31 - 1)]
    seq: Annotated[int, Field(ge=1, le=2**53 - 1)]
    timestamp: AwareDatetime


class StatusMessage(Message):
    """`status`, `status/ready`, `status/error`."""

    status: BotStatus
    uptime_seconds: Size
    reason: Name | None = None
    detail: Text | None = None
    engine_version: Name | None = None


class AckMessage(Message):
    """`ack`: how far a command got."""

    command_id: Name
    state: Literal[CommandState.ACKNOWLEDGED, CommandState.DONE, CommandState.FAILED]
    reason: Text | None = None


class ConfigMessage(Message):
    """`config`: the answer to `config/get`."""

    config: dict[str, Any]


class OrderMessage(Message):
    """`orders/new`, `orders/cancelled`, `orders/failed`. `reason` is required in the last."""

    client_order_id: Name
    exchange_order_id: Name | None = None
    trading_pair: Name
    order_type: OrderType
    order_side: Side
    price: Money | None = None
    quantity: Money
    reason: Text | None = None


class FillMessage(Message):
    """`orders/filled`: one execution."""

    trade_id: Name
    client_order_id: Name
    exchange_order_id: Name | None = None
    trading_pair: Name
    order_side: Side
    price: Money
    quantity: Money
    fee: Money
    """Positive is paid, negative is a rebate."""
    fee_asset: Name
    fee_price: Money | None = None
    """Quote units for one unit of the fee's asset; null where nobody knows."""
    maker: bool | None = None
    source: Literal["bot", "venue"] = "bot"


class Balance(Wire):
    """Quote units over all assets of the account that have a price."""

    total: Money
    available: Money
    locked: Money


class ProfitAndLossFigures(Wire):
    """Quote units; `total_pct` is a fraction of the balance at the bot's first report."""

    total: Money
    total_pct: Money
    realized: Money
    unrealized: Money


class OrderFigures(Wire):
    """Counts, and volume in quote units."""

    active: Size
    filled_24h: Size
    cancelled_24h: Size
    volume_24h: Money


class MetricsMessage(Message):
    """`metrics`: everything at one moment (S0-098 names the first three groups)."""

    balance: Balance
    pnl: ProfitAndLossFigures
    orders: OrderFigures
    assets: dict[Name, Balance] = Field(default_factory=dict[str, Balance])
    """Units of each asset."""
    mid_price: Money | None = None
    engine_memory_bytes: Size | None = None
    bridge_memory_bytes: Size | None = None
    cpu_seconds: Money | None = None


class BalanceMessage(Message):
    """`metrics/balance`: this part of `metrics`, for who wants no more."""

    balance: Balance
    assets: dict[Name, Balance] = Field(default_factory=dict[str, Balance])
    """Units of each asset."""


class ProfitAndLossMessage(Message):
    """`metrics/pnl`: this part of `metrics`, for who wants no more."""

    pnl: ProfitAndLossFigures


class OrderFiguresMessage(Message):
    """`metrics/orders`: this part of `metrics`, for who wants no more."""

    orders: OrderFigures


class LogMessage(Message):
    """`logs/info`, `logs/warning`, `logs/error`; the level is the topic's."""

    message: Text
    logger: Name | None = None
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])


class CommandMessage(Wire):
    """What every message to a bot has. A command is carried out once, however often it comes."""

    v: Literal[1] = 1
    command_id: Name
    expires_at: AwareDatetime


class StartMessage(CommandMessage):
    """`start`; with `restart` a running engine is replaced by one with this configuration.

    `resume` says that a paused bot is to run again; a plain start of one does the same.
    """

    log_level: str = "INFO"
    script: str | None = None
    is_quickstart: bool = False
    restart: bool = False
    resume: bool = False
    config: dict[str, Any]
    """The strategy's own fields beside `strategy`, `exchange` and `trading_pair`."""


class StopMessage(CommandMessage):
    """`stop`; with `pause` the task stays, without an engine and without an open order."""

    pause: bool = False
    mode: Literal["cancel_orders", "keep_orders", "flatten"]


class ConfigGetMessage(CommandMessage):
    """`config/get`: the bot answers on `config`."""


class Forwarded(Wire):
    """A bot's message as an IoT rule hands it to a queue."""

    body: str
    """The payload's bytes in base64: nothing in it can pass for one of the fields beside it."""
    bot_id: str
    topic: str
    client_id: str | None = None
    received_ms: int
