"""Things to store, made with as few words as a test needs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from janym.domain import client_order_id
from janym.domain.bot import NEVER, Bot, BotStatus, Desired, Environment, Position, StopMode
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.credential import Credential, EncryptedKey, Permissions
from janym.domain.ids import (
    BotId,
    ClientOrderId,
    CommandId,
    CredentialId,
    OrganizationId,
    RunId,
    TradeId,
    UserId,
)
from janym.domain.organization import Member, Organization, Role
from janym.domain.run import Run, RunState
from janym.domain.telemetry import (
    AckReport,
    FillReport,
    LogLevel,
    LogLine,
    MetricsReport,
    OrderReport,
    StatusReport,
)
from janym.domain.trading import Fee, Fill, FillSource, OrderStatus, OrderType, Side
from janym.ports.unit_of_work import UnitsOfWork

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACME = OrganizationId("acme")
OTHER = OrganizationId("other")
_SPACE = UUID("6f0f6b2e-3a44-4a0e-9d53-0d6f3d1f2a10")


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def uid(name: str) -> UUID:
    return uuid5(_SPACE, name)


def organization(key: OrganizationId = ACME) -> Organization:
    return Organization(id=key, name=key, created_at=NOON, updated_at=NOON)


def member(key: OrganizationId = ACME, user: str = "ana", **changes: Any) -> Member:
    fields: dict[str, Any] = {
        "organization": key,
        "user": UserId(user),
        "role": Role.TRADER,
        "name": None,
        "added_by": UserId("ada"),
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Member(**(fields | changes))


def credential(key: OrganizationId = ACME, **changes: Any) -> Credential:
    fields: dict[str, Any] = {
        "id": CredentialId(uid(f"credential of {key}")),
        "organization": key,
        "exchange": "binance",
        "environment": Environment.PAPER,
        "label": "default",
        "hint": "abcd",
        "encrypted": EncryptedKey(api_key=b"\x00k", api_secret=b"\xffs", passphrase=None),
        "permissions": Permissions(trade=True, withdraw=None),
        "checked_at": None,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Credential(**(fields | changes))


def bot(name: str = "grid", key: OrganizationId = ACME, **changes: Any) -> Bot:
    identity = BotId(uid(f"{key} {name}"))
    fields: dict[str, Any] = {
        "id": identity,
        "organization": key,
        "name": name,
        "strategy_type": "pure_market_making",
        "exchange": "binance",
        "environment": Environment.PAPER,
        "trading_pair": "ETH-USDT",
        "credential": credential(key).id,
        "config": {"bid_spread": "0.001", "nested": {"list": [1, None, True]}},
        "tag": client_order_id.tag_of(identity),
        "desired": Desired.STOPPED,
        "stop_mode": StopMode.CANCEL_ORDERS,
        "status": BotStatus.STOPPED,
        "reason": None,
        "detail": None,
        "reported": None,
        "reported_position": NEVER,
        "reported_at": None,
        "session": 0,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Bot(**(fields | changes))


def run(owner: Bot, name: str = "run", **changes: Any) -> Run:
    fields: dict[str, Any] = {
        "id": RunId(uid(f"{owner.id} {name}")),
        "organization": owner.organization,
        "bot": owner.id,
        "state": RunState.WAITING,
        "token_hash": b"\x01" * 32,
        "task": None,
        "session": None,
        "certificate": None,
        "created_at": NOON,
        "launched_at": None,
        "claimed_at": None,
        "ended_at": None,
        "end_reason": None,
        "exit_code": None,
        "event_version": 0,
        "checked_at": None,
    }
    return Run(**(fields | changes))


def command(owner: Bot, name: str = "start", **changes: Any) -> Command:
    fields: dict[str, Any] = {
        "id": CommandId(uid(f"{owner.id} {name}")),
        "organization": owner.organization,
        "bot": owner.id,
        "kind": CommandKind.START,
        "payload": {"restart": False},
        "state": CommandState.ACCEPTED,
        "reason": None,
        "asked_by": UserId("ana"),
        "created_at": NOON,
        "expires_at": later(300),
        "updated_at": NOON,
    }
    return Command(**(fields | changes))


def status(
    owner: Bot, seq: int, value: BotStatus, *, session: int = 1, **more: Any
) -> StatusReport:
    fields: dict[str, Any] = {"at": later(seq % 1000), "reason": None, "detail": None}
    return StatusReport(
        bot=owner.id,
        position=Position(session=session, seq=seq),
        status=value,
        uptime_seconds=seq,
        **(fields | more),
    )


def ack(asked: Command, seq: int, state: CommandState, reason: str | None = None) -> AckReport:
    return AckReport(
        bot=asked.bot,
        position=Position(session=1, seq=seq),
        at=later(seq),
        command=asked.id,
        state=state,
        reason=reason,
    )


def order(
    owner: Bot, seq: int, name: str, value: OrderStatus = OrderStatus.OPEN, **changes: Any
) -> OrderReport:
    fields: dict[str, Any] = {
        "bot": owner.id,
        "position": Position(session=1, seq=seq),
        "at": later(seq),
        "status": value,
        "client_order_id": ClientOrderId(name),
        "exchange_order_id": f"x-{name}",
        "trading_pair": "ETH-USDT",
        "type": OrderType.LIMIT,
        "side": Side.BUY,
        "price": Decimal("2000.10"),
        "quantity": Decimal("0.3"),
        "reason": None,
    }
    return OrderReport(**(fields | changes))


def execution(owner: Bot, trade: str, name: str, **changes: Any) -> Fill:
    fields: dict[str, Any] = {
        "bot": owner.id,
        "trade_id": TradeId(trade),
        "client_order_id": ClientOrderId(name),
        "exchange_order_id": f"x-{name}",
        "trading_pair": "ETH-USDT",
        "side": Side.BUY,
        "price": Decimal("2000.10"),
        "quantity": Decimal("0.1"),
        "fee": Fee(asset="BNB", amount=Decimal("0.0003"), price=Decimal(600)),
        "maker": True,
        "executed_at": NOON,
        "source": FillSource.VENUE,
        "position": None,
    }
    return Fill(**(fields | changes))


def fill(owner: Bot, seq: int, trade: str, name: str, **changes: Any) -> FillReport:
    at, position = later(seq), Position(session=1, seq=seq)
    told = {"executed_at": at, "source": FillSource.BOT, "position": position} | changes
    return FillReport(
        bot=owner.id, position=position, at=at, fill=execution(owner, trade, name, **told)
    )


def metrics(owner: Bot, seq: int, *, session: int = 1, **changes: Any) -> MetricsReport:
    fields: dict[str, Any] = {
        "bot": owner.id,
        "position": Position(session=session, seq=seq),
        "at": later(seq),
        "balance_total": Decimal("20000.123456789012345678"),
        "balance_available": Decimal(15000),
        "balance_locked": Decimal("5000.123456789012345678"),
        "pnl_total": Decimal("-1.5"),
        "pnl_total_pct": Decimal("-0.000075"),
        "pnl_realized": Decimal("0.5"),
        "pnl_unrealized": Decimal(-2),
        "orders_active": seq,
        "orders_filled_24h": 3,
        "orders_cancelled_24h": 2,
        "volume_24h": Decimal("1E+3"),
        "extra": {"mid_price": "2000.15", "assets": {"ETH": {"total": "1"}}},
    }
    return MetricsReport(**(fields | changes))


def log(owner: Bot, seq: int, message: str = "hello", **changes: Any) -> LogLine:
    fields: dict[str, Any] = {
        "bot": owner.id,
        "position": Position(session=1, seq=seq),
        "at": later(seq),
        "level": LogLevel.INFO,
        "message": message,
        "metadata": {"logger": "engine"},
    }
    return LogLine(**(fields | changes))


def seed(units: UnitsOfWork, *bots: Bot) -> None:
    """Store bots with the organizations and credentials they stand on."""
    for key in sorted({one.organization for one in bots}):
        with units(key) as uow:
            uow.organizations.put(organization(key))
            uow.credentials.add(credential(key))
            for one in bots:
                if one.organization == key:
                    uow.bots.add(one)
            uow.commit()
