"""Reading what bots say: an IoT rule's envelope, a topic and a payload become one report.

Whatever is wrong with a message is a reason in words, kept beside it; nothing here raises. The bot
is known from the topic's second level alone: the rule's own `bot_id` must agree, and nothing that a
payload says of it counts.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import orjson
from pydantic import ValidationError

from janym.api import refusals
from janym.api.messages import (
    AckMessage,
    BalanceMessage,
    ConfigMessage,
    FillMessage,
    Forwarded,
    LogMessage,
    Message,
    MetricsMessage,
    OrderFiguresMessage,
    OrderMessage,
    ProfitAndLossMessage,
    StatusMessage,
)
from janym.domain import topics
from janym.domain.bot import Position
from janym.domain.ids import BotId, ClientOrderId, CommandId, TradeId
from janym.domain.telemetry import (
    AckReport,
    ConfigReport,
    FillReport,
    LogLevel,
    LogLine,
    MetricsPart,
    MetricsReport,
    OrderReport,
    Rejected,
    Report,
    StatusReport,
)
from janym.domain.topics import Topic
from janym.domain.trading import Fee, Fill, FillSource, OrderStatus
from janym.usecases.ingest import Heard

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ESCAPED_NUL = b"\\u0000"
"""The only way in which JSON may hold the character that Postgres cannot."""

Decoder = Callable[[BotId, Any], Report]


class _Bad(Exception):
    """Why a message cannot be taken."""


def decode(envelope: str, *, received_at: datetime) -> Heard | Rejected:
    """Read one message as a queue brings it; a refusal says why.

    `received_at` counts where the envelope itself cannot be read.
    """
    try:
        forwarded = Forwarded.model_validate_json(envelope)
        received_at = EPOCH + timedelta(milliseconds=forwarded.received_ms)
    except (ValidationError, OverflowError):
        return Rejected(
            topic="",
            bot="",
            client_id=None,
            reason="the rule's envelope cannot be read",
            body=envelope.encode("utf-8", "replace")[: topics.MAX_PAYLOAD_BYTES],
            received_at=received_at,
        )
    body = b""
    try:
        body = _payload(forwarded)
        came_as = _way(forwarded, body, received_at, reason="")
        return Heard(report=_report(forwarded, body, received_at), came_as=came_as)
    except _Bad as bad:
        return _way(forwarded, body, received_at, reason=str(bad))


def _way(forwarded: Forwarded, body: bytes, received_at: datetime, *, reason: str) -> Rejected:
    return Rejected(
        topic=_storable(forwarded.topic),
        bot=_storable(forwarded.bot_id),
        client_id=_storable(forwarded.client_id) if forwarded.client_id is not None else None,
        reason=reason,
        body=body or forwarded.body.encode("utf-8", "replace")[: topics.MAX_PAYLOAD_BYTES],
        received_at=received_at,
    )


def _payload(forwarded: Forwarded) -> bytes:
    try:
        body = base64.b64decode(forwarded.body, validate=True)
    except (binascii.Error, ValueError):
        raise _Bad("the body is not base64") from None
    if len(body) > topics.MAX_PAYLOAD_BYTES:
        raise _Bad(f"the body has {len(body)} bytes, {topics.MAX_PAYLOAD_BYTES} are allowed")
    return body


def _report(forwarded: Forwarded, body: bytes, received_at: datetime) -> Report:
    bot, topic = _address(forwarded)
    try:
        values = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as bad:
        raise _Bad(f"the body is not JSON: {bad}") from None
    if ESCAPED_NUL in body:
        values = _storable(values)
    decoder = DECODERS[topic.suffix]
    try:
        report = decoder(bot, values)
    except ValidationError as refused:
        raise _Bad(str(refusals.invalid(refused))) from None
    # A will was written long before it is sent, and silence is measured by one clock: the broker's.
    return replace(report, at=received_at) if isinstance(report, StatusReport) else report


def _address(forwarded: Forwarded) -> tuple[BotId, Topic]:
    named, topic = topics.parse(forwarded.topic)
    if topic is None or topic.suffix not in DECODERS:
        raise _Bad(f"unknown topic {forwarded.topic!r}")
    if named != forwarded.bot_id:
        raise _Bad(f"the rule says bot {forwarded.bot_id!r}, the topic {named!r}")
    return _bot(named), topic


@lru_cache(maxsize=10_000)
def _bot(named: str) -> BotId:
    try:
        bot = UUID(named)
    except ValueError:
        raise _Bad(f"bot {named!r} is not a UUID") from None
    if str(bot) != named:
        raise _Bad(f"bot {named!r} is not written as a UUID is")
    return BotId(bot)


def _storable(value: Any) -> Any:
    """Replace NUL in every text: Postgres takes any character but that one."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return {_storable(name): _storable(inner) for name, inner in pairs}
    if isinstance(value, list):
        return [_storable(inner) for inner in cast("list[Any]", value)]
    return value


def _position(message: Message) -> Position:
    return Position(session=message.session, seq=message.seq)


def _status(bot: BotId, values: Any) -> Report:
    message = StatusMessage.model_validate(values)
    return StatusReport(
        bot=bot,
        position=_position(message),
        at=message.timestamp,
        status=message.status,
        reason=message.reason,
        detail=message.detail,
        uptime_seconds=message.uptime_seconds,
    )


def _ack(bot: BotId, values: Any) -> Report:
    message = AckMessage.model_validate(values)
    try:
        command = CommandId(UUID(message.command_id))
    except ValueError:
        raise _Bad("command_id: is not a UUID") from None
    return AckReport(
        bot=bot,
        position=_position(message),
        at=message.timestamp,
        command=command,
        state=message.state,
        reason=message.reason,
    )


def _config(bot: BotId, values: Any) -> Report:
    message = ConfigMessage.model_validate(values)
    return ConfigReport(
        bot=bot, position=_position(message), at=message.timestamp, config=message.config
    )


def _order(status: OrderStatus) -> Decoder:
    def decoder(bot: BotId, values: Any) -> Report:
        message = OrderMessage.model_validate(values)
        if status is OrderStatus.FAILED and not message.reason:
            raise _Bad("reason: is required")
        return OrderReport(
            bot=bot,
            position=_position(message),
            at=message.timestamp,
            status=status,
            client_order_id=ClientOrderId(message.client_order_id),
            exchange_order_id=message.exchange_order_id,
            trading_pair=message.trading_pair,
            type=message.order_type,
            side=message.order_side,
            price=message.price,
            quantity=message.quantity,
            reason=message.reason,
        )

    return decoder


def _fill(bot: BotId, values: Any) -> Report:
    message = FillMessage.model_validate(values)
    position = _position(message)
    return FillReport(
        bot=bot,
        position=position,
        at=message.timestamp,
        fill=Fill(
            bot=bot,
            trade_id=TradeId(message.trade_id),
            client_order_id=ClientOrderId(message.client_order_id),
            exchange_order_id=message.exchange_order_id,
            trading_pair=message.trading_pair,
            side=message.order_side,
            price=message.price,
            quantity=message.quantity,
            fee=Fee(asset=message.fee_asset, amount=message.fee, price=message.fee_price),
            maker=message.maker,
            executed_at=message.timestamp,
            source=FillSource(message.source),
            position=position,
        ),
    )


def _metrics(bot: BotId, values: Any) -> Report:
    message = MetricsMessage.model_validate(values)
    return MetricsReport(
        bot=bot,
        position=_position(message),
        at=message.timestamp,
        balance_total=message.balance.total,
        balance_available=message.balance.available,
        balance_locked=message.balance.locked,
        pnl_total=message.pnl.total,
        pnl_total_pct=message.pnl.total_pct,
        pnl_realized=message.pnl.realized,
        pnl_unrealized=message.pnl.unrealized,
        orders_active=message.orders.active,
        orders_filled_24h=message.orders.filled_24h,
        orders_cancelled_24h=message.orders.cancelled_24h,
        volume_24h=message.orders.volume_24h,
        extra=message.model_dump(mode="json", include=EXTRA, exclude_none=True),
    )


def _part(model: type[Message]) -> Decoder:
    def decoder(bot: BotId, values: Any) -> Report:
        message = model.model_validate(values)
        return MetricsPart(bot=bot, position=_position(message), at=message.timestamp)

    return decoder


EXTRA = {"assets", "mid_price", "engine_memory_bytes", "bridge_memory_bytes", "cpu_seconds"}


def _log(level: LogLevel) -> Decoder:
    def decoder(bot: BotId, values: Any) -> Report:
        message = LogMessage.model_validate(values)
        logger = {"logger": message.logger} if message.logger else {}
        return LogLine(
            bot=bot,
            position=_position(message),
            at=message.timestamp,
            level=level,
            message=message.message,
            metadata=message.metadata | logger,
        )

    return decoder


DECODERS: dict[str, Decoder] = {
    topics.ACK.suffix: _ack,
    topics.CONFIG.suffix: _config,
    topics.STATUS.suffix: _status,
    topics.STATUS_READY.suffix: _status,
    topics.STATUS_ERROR.suffix: _status,
    topics.ORDERS.suffix: _order(OrderStatus.OPEN),
    topics.ORDERS_NEW.suffix: _order(OrderStatus.OPEN),
    topics.ORDERS_FILLED.suffix: _fill,
    topics.ORDERS_CANCELLED.suffix: _order(OrderStatus.CANCELLED),
    topics.ORDERS_FAILED.suffix: _order(OrderStatus.FAILED),
    topics.METRICS.suffix: _metrics,
    topics.METRICS_BALANCE.suffix: _part(BalanceMessage),
    topics.METRICS_PNL.suffix: _part(ProfitAndLossMessage),
    topics.METRICS_ORDERS.suffix: _part(OrderFiguresMessage),
    topics.LOGS_INFO.suffix: _log(LogLevel.INFO),
    topics.LOGS_WARNING.suffix: _log(LogLevel.WARNING),
    topics.LOGS_ERROR.suffix: _log(LogLevel.ERROR),
}
"""By suffix; `metrics/balance` and its like repeat `metrics`, which is what is stored."""
