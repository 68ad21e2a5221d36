"""The lines between bridge and engine, version 1: one JSON object a line, UTF-8.

Money and sizes travel as decimal strings in plain notation, times as RFC 3339 UTC.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

VERSION = 1

STOP_MODES = ("cancel_orders", "keep_orders", "flatten")
SIDES = ("buy", "sell")
ENGINE_KINDS = ("v1", "v2")
PREFIX_LENGTH = 10
COMMON_ADDRESSES = ("rest", "stream")


class BadLine(ValueError):
    """A line of the bridge that the engine does not understand; the message says why.

    It names fields and types, never values: a start line holds keys.
    """


# ---- bridge -> engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnects:
    """An engine's share of the connections that its venue takes from one address."""

    connections: int
    period_s: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The first line: what to run, where, and with which keys."""

    bot_id: str
    kind: str
    strategy: str
    config: dict[str, Any]
    connector: str
    trading_pair: str
    client_order_id_prefix: str
    keys: dict[str, str] = field(repr=False)
    venue: dict[str, str] | None
    work_dir: str
    snapshot_interval_s: Decimal
    reconnects: Reconnects | None = None
    """None where the venue has no limit, as our own paper exchange."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """Asks whether the engine's loop still turns; answered by `Pong` with the same id."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Asks the engine to end; `mode` is one of STOP_MODES."""

    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Answers `Quiet`: the position to close, at most so far from the best price."""

    side: str
    quantity: Decimal
    """Base units; zero where there is nothing to close."""
    slippage: Decimal
    """A fraction of the best price."""


Command = Start | Ping | Stop | Close


def decode_command(line: bytes) -> Command:
    """Read one line of the bridge. Raises BadLine."""
    try:
        body = json.loads(line, parse_float=_refuse_number, parse_constant=_refuse_number)
    except (ValueError, UnicodeDecodeError):
        raise BadLine("the line is not JSON with decimals as strings") from None
    if not isinstance(body, dict):
        raise BadLine("the line is not a JSON object")
    if body.get("v") != VERSION:
        raise BadLine(f"v must be {VERSION}")
    decoder = DECODERS.get(str(body.get("type")))
    if decoder is None:
        raise BadLine(f"type must be one of {', '.join(DECODERS)}")
    return decoder(body)


def _refuse_number(_text: str) -> None:
    raise ValueError


def _ping(body: dict[str, Any]) -> Ping:
    return Ping(id=_typed(body, "id", int))


def _stop(body: dict[str, Any]) -> Stop:
    mode = _text(body, "mode")
    if mode not in STOP_MODES:
        raise BadLine(f"mode must be one of {', '.join(STOP_MODES)}")
    return Stop(mode=mode)


def _start(body: dict[str, Any]) -> Start:
    engine = _typed(body, "engine", dict)
    kind = _text(engine, "kind")
    if kind not in ENGINE_KINDS:
        raise BadLine(f"engine.kind must be one of {', '.join(ENGINE_KINDS)}")
    prefix = _text(body, "client_order_id_prefix")
    if len(prefix) != PREFIX_LENGTH or not prefix.isalnum() or not prefix.isascii():
        raise BadLine(f"client_order_id_prefix must be {PREFIX_LENGTH} letters and digits")
    return Start(
        bot_id=_text(body, "bot_id"),
        kind=kind,
        strategy=_text(engine, "strategy"),
        config=_typed(engine, "config", dict),
        connector=_text(body, "connector"),
        trading_pair=_text(body, "trading_pair"),
        client_order_id_prefix=prefix,
        keys=_texts(_typed(body, "keys", dict), "keys"),
        venue=_venue(body),
        work_dir=_text(body, "work_dir"),
        snapshot_interval_s=_seconds(body, "snapshot_interval_s"),
        reconnects=_reconnects(body),
    )


def _reconnects(body: dict[str, Any]) -> Reconnects | None:
    if body.get("reconnects") is None:
        return None
    share = _typed(body, "reconnects", dict)
    connections = _typed(share, "connections", int)
    if connections < 1:
        raise BadLine("reconnects.connections must be 1 or more")
    return Reconnects(connections=connections, period_s=_seconds(share, "period_s"))


def _venue(body: dict[str, Any]) -> dict[str, str] | None:
    if body.get("venue") is None:
        return None
    venue = _texts(_typed(body, "venue", dict), "venue")
    if not set(venue) >= set(COMMON_ADDRESSES):
        raise BadLine(f"venue must have {', '.join(COMMON_ADDRESSES)} and what its connector needs")
    return venue


def _close(body: dict[str, Any]) -> Close:
    side = _text(body, "side")
    if side not in SIDES:
        raise BadLine(f"side must be one of {', '.join(SIDES)}")
    quantity, slippage = _decimal(body, "quantity"), _decimal(body, "slippage")
    if quantity < 0 or not 0 <= slippage < 1:
        raise BadLine("quantity must not be negative, slippage must be a fraction")
    return Close(side=side, quantity=quantity, slippage=slippage)


DECODERS: dict[str, Callable[[dict[str, Any]], Command]] = {
    "start": _start,
    "ping": _ping,
    "stop": _stop,
    "close": _close,
}


def _seconds(body: dict[str, Any], name: str) -> Decimal:
    value = _decimal(body, name)
    if value <= 0:
        raise BadLine(f"{name} must be more than zero seconds")
    return value


def _decimal(body: dict[str, Any], name: str) -> Decimal:
    text = _text(body, name)
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise BadLine(f"{name} must be a decimal string") from None
    if not value.is_finite():
        raise BadLine(f"{name} must be finite")
    return value


def _typed(body: dict[str, Any], name: str, kind: type) -> Any:
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadLine(f"{name} must be there and of type {kind.__name__}")
    return value


def _text(body: dict[str, Any], name: str) -> str:
    value = _typed(body, name, str)
    if not value:
        raise BadLine(f"{name} must not be empty")
    return value


def _texts(values: dict[str, Any], name: str) -> dict[str, str]:
    if not all(isinstance(value, str) and value for value in values.values()):
        raise BadLine(f"{name} must hold texts that are not empty")
    return values


# ---- engine -> bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The engine lives and its Hummingbot is one that it knows."""

    type: ClassVar[str] = "hello"
    hummingbot_version: str
    pid: int
    modules: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Connected, and the strategy runs."""

    type: ClassVar[str] = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One asset's holdings; `available` leaves out what open orders lock."""

    total: Decimal
    available: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveOrder:
    """One order that the engine believes open. Quantities in base units."""

    client_order_id: str
    exchange_order_id: str | None
    side: str
    price: Decimal
    quantity: Decimal
    filled_quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Where the engine stands now."""

    type: ClassVar[str] = "snapshot"
    at: datetime
    balances: dict[str, Balance]
    active_orders: list[ActiveOrder]
    mid_price: Decimal | None
    connector_ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent:
    """One step of an order's life; `type` is order_created, _cancelled, _failed or _completed."""

    type: str
    at: datetime
    client_order_id: str
    exchange_order_id: str | None
    trading_pair: str
    side: str
    order_type: str
    price: Decimal
    quantity: Decimal
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What an execution cost, in one asset. A rebate is negative."""

    asset: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution, told once. `maker` is None where the connector does not say."""

    type: ClassVar[str] = "fill"
    at: datetime
    trade_id: str
    client_order_id: str
    exchange_order_id: str
    trading_pair: str
    side: str
    price: Decimal
    quantity: Decimal
    fees: list[Fee]
    maker: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A log record; `level` is info, warning or error."""

    type: ClassVar[str] = "log"
    at: datetime
    level: str
    logger: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong:
    """The loop turns."""

    type: ClassVar[str] = "pong"
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Every order is cancelled and every fill told; the engine waits for `Close`."""

    type: ClassVar[str] = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What came of closing; quantities in base units."""

    type: ClassVar[str] = "closed"
    side: str
    wanted: Decimal
    ordered: Decimal
    """What is free of it, in the venue's steps."""
    filled: Decimal
    average_price: Decimal | None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The last line of an engine that ended as asked."""

    type: ClassVar[str] = "stopped"
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fatal:
    """The last line of an engine that cannot go on; exit code 1 follows."""

    type: ClassVar[str] = "fatal"
    code: str
    message: str


Report = (
    Hello | Ready | Snapshot | OrderEvent | Fill | Log | Pong | Quiet | Closed | Stopped | Fatal
)


def encode(report: Report) -> bytes:
    """One line, newline included. Raises ValueError for a number that is not finite."""
    body = {"v": VERSION, "type": report.type, **_plain_fields(report)}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _plain_fields(record: Any) -> dict[str, Any]:
    values = ((each.name, getattr(record, each.name)) for each in fields(record))
    return {
        name: _plain(value) for name, value in values if not (name == "reason" and value is None)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a number that can be told")
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return _plain_fields(value) if hasattr(value, "__dataclass_fields__") else value
