"""What members want to be told of, how it is told, and what was told.

A condition (a bot in error) is open until it no longer holds; it is told when it begins and when
it ends. One that begins again within minutes is the same alert. A fact (a large fill) is told once.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId, OrganizationId, UserId

ChannelId = NewType("ChannelId", UUID)
RuleId = NewType("RuleId", UUID)
AlertId = NewType("AlertId", UUID)
DeliveryId = NewType("DeliveryId", UUID)

FLAPPING = timedelta(minutes=5)
"""A condition that begins again within this is the alert it was, and is not told anew."""

FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(minutes=15)
MOST_ATTEMPTS = 10
"""After these, about an hour, a delivery has failed for good, and is shown so."""


class RuleKind(StrEnum):
    """What is watched for."""

    BOT_ERROR = "bot_error"
    BOT_SILENT = "bot_silent"
    ORPHANED_ORDERS = "orphaned_orders"
    DRAWDOWN = "drawdown"
    """The balance fell by this fraction from the highest that the rule saw."""
    LOSS_LIMIT = "loss_limit"
    """The bot lost this much, in its quote currency."""
    GOAL_REACHED = "goal_reached"
    """The bot earned this much, in its quote currency."""
    LOW_BALANCE = "low_balance"
    """Less than this is available: of an asset, or of the account's worth."""
    LARGE_FILL = "large_fill"
    """One execution was worth this much, in its quote currency."""
    COLLECTOR_STALE = "collector_stale"
    KEY_REFUSED = "key_refused"
    """The exchange refuses a stored key, or says that it can withdraw."""


class Severity(StrEnum):
    """How bad it is; what is critical is told in quiet hours too."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


FACTS = frozenset({RuleKind.LARGE_FILL})
WITH_THRESHOLD = frozenset(
    {
        RuleKind.DRAWDOWN,
        RuleKind.LOSS_LIMIT,
        RuleKind.GOAL_REACHED,
        RuleKind.LOW_BALANCE,
        RuleKind.LARGE_FILL,
    }
)
SILENCE_S = {RuleKind.BOT_SILENT: 120, RuleKind.COLLECTOR_STALE: 60}
"""Seconds without a word, for the kinds that watch for silence."""


class ChannelKind(StrEnum):
    """Which way alerts go."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    SLACK = "slack"
    TELEGRAM = "telegram"
    PAGERDUTY = "pagerduty"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A span of each day in which only what is critical is told."""

    begin: time
    end: time
    """Before `begin`, it is the next day's."""
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """Give when the quiet that holds now is over; None when none does."""
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - who only reads a unit of work pays nothing

        here = now.astimezone(ZoneInfo(self.zone))
        clock = here.time()
        overnight = self.end <= self.begin
        inside = (
            clock >= self.begin or clock < self.end if overnight else self.begin <= clock < self.end
        )
        if not inside:
            return None
        day = here.date() + timedelta(days=int(overnight and clock >= self.begin))
        return datetime.combine(day, self.end, here.tzinfo).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to reach people. What it takes to get there is encrypted, and never shown again."""

    id: ChannelId
    organization: OrganizationId
    kind: ChannelKind
    label: str
    hint: str
    """What may be shown of where it leads."""
    sealed: bytes = field(repr=False)
    quiet: QuietHours | None
    enabled: bool
    created_at: datetime
    updated_at: datetime

    def context(self) -> dict[str, str]:
        """What its secret is bound to."""
        return {
            "organization_id": self.organization,
            "channel_id": str(self.id),
            "kind": self.kind.value,
            "purpose": "alert-channel",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an organization wants to be told of, and by which channels."""

    id: RuleId
    organization: OrganizationId
    kind: RuleKind
    bot: BotId | None
    """None watches every bot; of `key_refused`, every key."""
    threshold: Decimal | None
    asset: str | None
    silence_s: int | None
    severity: Severity
    channels: tuple[ChannelId, ...]
    enabled: bool
    created_at: datetime
    updated_at: datetime

    def require_sound(self) -> None:
        """Refuse what makes no sense together.

        Raises:
            InvalidInput: naming each field.
        """
        wrong = [
            FieldError(field=name, reason=reason)
            for name, reason, is_wrong in (
                ("threshold", "is required", self._needs_threshold() and self.threshold is None),
                (
                    "threshold",
                    f"has no meaning for {self.kind}",
                    not self._needs_threshold() and self.threshold is not None,
                ),
                (
                    "threshold",
                    "is a fraction between 0 and 1",
                    self.kind is RuleKind.DRAWDOWN
                    and self.threshold is not None
                    and self.threshold > 1,
                ),
                (
                    "asset",
                    f"has no meaning for {self.kind}",
                    self.asset is not None and self.kind is not RuleKind.LOW_BALANCE,
                ),
                (
                    "silence_seconds",
                    f"has no meaning for {self.kind}",
                    self.silence_s is not None and self.kind not in SILENCE_S,
                ),
                (
                    "bot_id",
                    f"has no meaning for {self.kind}",
                    self.bot is not None and self.kind is RuleKind.COLLECTOR_STALE,
                ),
            )
            if is_wrong
        ]
        if wrong:
            raise InvalidInput(*wrong)

    def _needs_threshold(self) -> bool:
        return self.kind in WITH_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that something breaks now."""

    rule: RuleId
    organization: OrganizationId
    kind: RuleKind
    severity: Severity
    subject: str
    """What breaks it: a bot, one execution, a collector."""
    bot: BotId | None
    facts: dict[str, Any]


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that was told."""

    id: AlertId
    organization: OrganizationId
    rule: RuleId | None
    """None when the rule was deleted since."""
    kind: RuleKind
    severity: Severity
    subject: str
    bot: BotId | None
    title: str
    facts: dict[str, Any]
    count: int
    """How often it began."""
    raised_at: datetime
    last_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UserId | None
    resolved_at: datetime | None

    @property
    def state(self) -> AlertState:
        if self.resolved_at is not None:
            return AlertState.RESOLVED
        return AlertState.OPEN if self.acknowledged_at is None else AlertState.ACKNOWLEDGED


class Occasion(StrEnum):
    """Why something is delivered."""

    RAISED = "raised"
    RESOLVED = "resolved"
    TEST = "test"


class DeliveryState(StrEnum):
    """How far a delivery got."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert on its way by one channel."""

    id: DeliveryId
    channel: ChannelId
    alert: AlertId | None
    """None for a test."""
    occasion: Occasion
    state: DeliveryState
    attempts: int
    not_before: datetime
    reason: str | None
    """Why the last attempt failed."""
    created_at: datetime
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a channel is told."""

    id: str
    """The alert's id: what it begins and what it ends have the same."""
    delivery: str
    occasion: Occasion
    severity: Severity
    kind: str
    title: str
    organization: str
    bot: str | None
    at: datetime
    facts: dict[str, Any]


def retry_after(attempts: int) -> timedelta:
    """Give how long to wait after this many attempts."""
    return min(FIRST_RETRY * 2 ** min(max(attempts - 1, 0), 10), LONGEST_RETRY)


TITLES = {
    RuleKind.BOT_ERROR: "{name} is in error: {reason}",
    RuleKind.BOT_SILENT: "{name} has said nothing since {last_heard}",
    RuleKind.ORPHANED_ORDERS: "{name} left orders at the exchange",
    RuleKind.DRAWDOWN: "{name}: the balance fell from {peak} to {balance}",
    RuleKind.LOSS_LIMIT: "{name} lost {threshold} or more: {pnl}",
    RuleKind.GOAL_REACHED: "{name} earned {pnl}, the goal was {threshold}",
    RuleKind.LOW_BALANCE: "{name} has only {available} {asset} available",
    RuleKind.LARGE_FILL: "{name}: {side} {quantity} at {price} on {trading_pair}",
    RuleKind.COLLECTOR_STALE: "collector {name} has said nothing since {last_heard}",
    RuleKind.KEY_REFUSED: "{exchange} refuses the key {name} ({environment}): {reason}",
}
"""What happened, in one sentence of a breach's facts."""


def title_of(breach: Breach) -> str:
    """Say in one sentence what happened."""
    facts = {name: "unknown" if value is None else value for name, value in breach.facts.items()}
    return TITLES[breach.kind].format(**facts)
