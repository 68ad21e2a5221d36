"""The engine's lines, typed: JSON objects, one a line, version 1, money as decimal strings.

    {"v": 1, "type": "fill", "at": "2026-01-01T00:00:00Z", "trade_id": "7", "side": "buy", …}

A line that cannot be read is told and skipped: a wrong one must not take the engine down.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from janym.api.messages import Money
from janym.domain.bot import StopMode
from janym.domain.telemetry import LogLevel
from janym.domain.trading import OrderType, Side

LONGEST = 4 * 1024 * 1024


class BadLine(Exception):
    """A line that is not of the protocol; the message names fields, never values."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    v: Literal[1]


class Hello(_Line):
    """The engine lives."""

    type: Literal["hello"]
    hummingbot_version: str
    pid: int


class Ready(_Line):
    """Connected, and the strategy runs."""

    type: Literal["ready"]


class Balance(BaseModel):
    """Units of one asset."""

    total: Money
    available: Money


class ActiveOrder(BaseModel):
    """One order that the engine believes open."""

    client_order_id: str


class Snapshot(_Line):
    """Where the engine stands."""

    type: Literal["snapshot"]
    at: AwareDatetime
    balances: dict[str, Balance]
    active_orders: list[ActiveOrder]
    mid_price: Money | None
    connector_ready: bool


class OrderEvent(_Line):
    """One step of an order's life."""

    type: Literal["order_created", "order_cancelled", "order_failed", "order_completed"]
    at: AwareDatetime
    client_order_id: str
    exchange_order_id: str | None = None
    trading_pair: str
    side: Side
    order_type: OrderType
    price: Money | None = None
    quantity: Money
    reason: str | None = None


class Paid(BaseModel):
    """A fee in one asset; a rebate is negative."""

    asset: str
    amount: Money


class Execution(_Line):
    """One fill."""

    type: Literal["fill"]
    at: AwareDatetime
    trade_id: str
    client_order_id: str
    exchange_order_id: str | None = None
    trading_pair: str
    side: Side
    price: Money
    quantity: Money
    fees: list[Paid]
    maker: bool | None = None


class Log(_Line):
    """A log record."""

    type: Literal["log"]
    at: AwareDatetime
    level: LogLevel
    logger: str
    message: str


class Pong(_Line):
    """The engine's loop turns."""

    type: Literal["pong"]
    id: int


class Stopped(_Line):
    """The engine ended as asked."""

    type: Literal["stopped"]
    mode: StopMode


class Quiet(_Line):
    """Every order is cancelled, every fill told; the engine waits to hear what to close."""

    type: Literal["quiet"]


class Closed(_Line):
    """What came of closing the position, in base units."""

    type: Literal["closed"]
    side: Side
    wanted: Money
    ordered: Money
    filled: Money
    average_price: Money | None
    reason: str | None = None


class Fatal(_Line):
    """The engine cannot go on."""

    type: Literal["fatal"]
    code: str
    message: str


Line = (
    Hello
    | Ready
    | Snapshot
    | OrderEvent
    | Execution
    | Log
    | Pong
    | Quiet
    | Closed
    | Stopped
    | Fatal
)
_ADAPTER: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def decode(line: bytes) -> Line:
    """Read one line of the engine.

    Raises:
        BadLine: it is not JSON, or not of this version's protocol.
    """
    try:
        return _ADAPTER.validate_json(line)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"])) or each["type"] for each in error.errors()}
        raise BadLine(f"not understood: {', '.join(sorted(wrong))}") from None


def encode(kind: str, **fields: Any) -> bytes:
    """Write one line to the engine."""
    return json.dumps({"v": 1, "type": kind, **fields}).encode() + b"\n"
