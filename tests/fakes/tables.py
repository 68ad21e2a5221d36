"""What a store in memory holds, and how orders follow from what was heard of them."""

from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from janym.domain import bot_event
from janym.domain.alert import (
    Alert,
    AlertId,
    Breach,
    Channel,
    ChannelId,
    Delivery,
    DeliveryId,
    Rule,
    RuleId,
)
from janym.domain.bot import Bot, Environment, Position
from janym.domain.bot_event import BotEvent
from janym.domain.collecting import Monitored, MonitoringId
from janym.domain.command import Command
from janym.domain.configuration import ConfigVersion, Template
from janym.domain.credential import Credential
from janym.domain.holding import EquityPoint, Holding
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
from janym.domain.integrator import Integrator, IntegratorId
from janym.domain.job import Job, JobName
from janym.domain.live import Ticket
from janym.domain.organization import Member, Organization
from janym.domain.run import Run
from janym.domain.telemetry import ConfigReport, LogLine, MetricsReport, Rejected
from janym.domain.trading import ORDER_RANK, Fill, Order, OrderStatus
from janym.ports.unit_of_work import Answer, AuditEntry, OutboxEntry

FillKey = tuple[BotId, str, TradeId]
OrderKey = tuple[BotId, ClientOrderId]
Place = tuple[BotId, Position]
EquityKey = tuple[OrganizationId, Environment, datetime]
ReceiptKey = tuple[OrganizationId | None, str, str]
LAST = Position(session=2**31 - 1, seq=2**53)


@dataclass
class Tables:
    """Every row, by its key. Rows never change: they are replaced."""

    organizations: dict[OrganizationId, Organization] = field(
        default_factory=dict[OrganizationId, Organization]
    )
    members: dict[tuple[OrganizationId, UserId], Member] = field(
        default_factory=dict[tuple[OrganizationId, UserId], Member]
    )
    requests: dict[OrganizationId, datetime] = field(
        default_factory=dict[OrganizationId, datetime], compare=False
    )
    """When each organization's requests are all there again; every request changes it."""
    credentials: dict[CredentialId, Credential] = field(
        default_factory=dict[CredentialId, Credential]
    )
    asked_about: dict[CredentialId, datetime] = field(default_factory=dict[CredentialId, datetime])
    """When the exchange was last to be asked about a key."""
    bots: dict[BotId, Bot] = field(default_factory=dict[BotId, Bot])
    became: dict[tuple[BotId, int], BotEvent] = field(
        default_factory=dict[tuple[BotId, int], BotEvent], compare=False
    )
    """What became of each bot, in order: what is heard late or twice says so too."""
    runs: dict[RunId, Run] = field(default_factory=dict[RunId, Run])
    commands: dict[CommandId, Command] = field(default_factory=dict[CommandId, Command])
    outbox: dict[int, OutboxEntry] = field(default_factory=dict[int, OutboxEntry])
    said: dict[OrderKey, tuple[Order, ...]] = field(
        default_factory=dict[OrderKey, tuple[Order, ...]]
    )
    """Everything heard of an order; the order itself is `merged` from it."""
    fills: dict[FillKey, Fill] = field(default_factory=dict[FillKey, Fill])
    metrics: dict[Place, MetricsReport] = field(default_factory=dict[Place, MetricsReport])
    logs: dict[Place, LogLine] = field(default_factory=dict[Place, LogLine])
    configs: dict[BotId, ConfigReport] = field(default_factory=dict[BotId, ConfigReport])
    rejected: dict[Rejected, None] = field(default_factory=dict[Rejected, None])
    budgets: dict[str, datetime] = field(default_factory=dict[str, datetime])
    queue: dict[BotId, tuple[str, datetime]] = field(
        default_factory=dict[BotId, tuple[str, datetime]]
    )
    """What each bot waits for, and since when."""
    asked: dict[CredentialId, datetime] = field(default_factory=dict[CredentialId, datetime])
    """When each account was last asked about."""
    held: dict[CredentialId, tuple[Holding, ...]] = field(
        default_factory=dict[CredentialId, tuple[Holding, ...]]
    )
    equity: dict[EquityKey, EquityPoint] = field(default_factory=dict[EquityKey, EquityPoint])
    versions: dict[tuple[BotId, int], ConfigVersion] = field(
        default_factory=dict[tuple[BotId, int], ConfigVersion]
    )
    templates: dict[tuple[OrganizationId | None, str], Template] = field(
        default_factory=dict[tuple[OrganizationId | None, str], Template]
    )
    monitoring: dict[tuple[OrganizationId | None, MonitoringId], Monitored] = field(
        default_factory=dict[tuple[OrganizationId | None, MonitoringId], Monitored]
    )
    jobs: dict[JobName, Job] = field(default_factory=dict[JobName, Job])
    channels: dict[ChannelId, Channel] = field(default_factory=dict[ChannelId, Channel])
    rules: dict[RuleId, Rule] = field(default_factory=dict[RuleId, Rule])
    alerts: dict[AlertId, Alert] = field(default_factory=dict[AlertId, Alert])
    deliveries: dict[DeliveryId, Delivery] = field(default_factory=dict[DeliveryId, Delivery])
    breaches: tuple[Breach, ...] = ()
    """What breaks rules, as a test wants it."""
    integrators: dict[IntegratorId, Integrator] = field(
        default_factory=dict[IntegratorId, Integrator]
    )
    tickets: dict[bytes, Ticket] = field(default_factory=dict[bytes, Ticket])
    audit: dict[int, AuditEntry] = field(default_factory=dict[int, AuditEntry])
    answers: dict[ReceiptKey, Answer] = field(default_factory=dict[ReceiptKey, Answer])

    def put_bot(self, bot: Bot) -> None:
        """Put a bot in its place, and note what became of it."""
        event = bot_event.between(self.bots.get(bot.id), bot)
        if event is not None:
            self.became[bot.id, len(self.became)] = event
        self.bots[bot.id] = bot

    def copy(self) -> Self:
        """Give the same rows, so that what becomes of them can be thrown away."""
        return type(self)(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})

    def take(self, other: Self) -> None:
        """Hold another's rows from now on."""
        for each in fields(self):
            setattr(self, each.name, getattr(other, each.name))

    def keep_fill(self, fill: Fill) -> bool:
        """Keep an execution once, the bot's earliest word first; tell whether it is new."""
        key = (fill.bot, fill.trading_pair, fill.trade_id)
        known = self.fills.get(key)
        if known is None or (fill.position or LAST) < (known.position or LAST):
            self.fills[key] = fill
        return known is None

    def orders(self) -> list[Order]:
        """Merge every order from all that was said of it and its fills."""
        filled: dict[OrderKey, list[Fill]] = {}
        for fill in self.fills.values():
            filled.setdefault((fill.bot, fill.client_order_id), []).append(fill)
        return [merged(said, filled.get(key, [])) for key, said in self.said.items()]


def merged(said: tuple[Order, ...], fills: list[Fill]) -> Order:
    """Give the least upper bound of all that was said of an order."""
    weightiest = max(said, key=lambda each: (ORDER_RANK[each.status], each.reason or ""))
    quantity = max(each.quantity for each in said)
    filled = max(
        *(each.filled_quantity for each in said),
        sum((fill.quantity for fill in fills), Decimal(0)),
    )
    last = max(each.exchange_timestamp or each.updated_at for each in said)
    whole = weightiest.status is OrderStatus.FILLED or (quantity > 0 and filled >= quantity)
    return replace(
        weightiest,
        exchange_order_id=_greatest(each.exchange_order_id for each in said),
        price=_greatest(each.price for each in said),
        quantity=quantity,
        filled_quantity=filled,
        status=OrderStatus.FILLED if whole else weightiest.status,
        reason=None if whole else weightiest.reason,
        exchange_timestamp=last,
        created_at=min(each.created_at for each in said),
        updated_at=_latest(last, fills),
    )


def _latest(last: datetime, fills: list[Fill]) -> datetime:
    return max([last, *(fill.executed_at for fill in fills)])


def _greatest(values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)
