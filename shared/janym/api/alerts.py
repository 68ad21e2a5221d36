"""Rules, channels and alerts over HTTP. A channel's secrets come in once and never go out."""

from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, BaseModel, Field, SecretStr, StrictBool, field_validator

from janym.api.messages import Money
from janym.api.requests import Asked, PageQuery
from janym.domain import address
from janym.domain.alert import (
    Alert,
    AlertState,
    Channel,
    ChannelId,
    ChannelKind,
    Delivery,
    DeliveryState,
    Occasion,
    QuietHours,
    Rule,
    RuleKind,
    Severity,
)
from janym.domain.ids import BotId
from janym.usecases.alerts import NewChannel, RuleWish

Label = Annotated[str, Field(min_length=1, max_length=50)]
Url = Annotated[SecretStr, Field(min_length=12, max_length=2_000)]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
MASK = "••••"


class QuietHoursBody(Asked):
    """A span of each day in which only what is critical is told; `end` may be the next day's."""

    begin: Clock
    end: Clock
    zone: Annotated[str, Field(min_length=1, max_length=50)] = "UTC"
    """`Europe/Berlin`"""

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("is no time zone, such as Europe/Berlin") from None
        return zone

    def hours(self) -> QuietHours:
        return QuietHours(
            begin=time.fromisoformat(self.begin), end=time.fromisoformat(self.end), zone=self.zone
        )

    @classmethod
    def of(cls, quiet: QuietHours) -> Self:
        return cls(
            begin=quiet.begin.strftime("%H:%M"), end=quiet.end.strftime("%H:%M"), zone=quiet.zone
        )


class WebhookTarget(Asked):
    """An address of yours that gets JSON, signed with the secret."""

    kind: Literal["webhook"]
    url: Url
    secret: Annotated[SecretStr, Field(min_length=16, max_length=200)]

    @field_validator("url")
    @classmethod
    def _callable(cls, url: SecretStr) -> SecretStr:
        address.parsed(url.get_secret_value())
        return url


class EmailTarget(Asked):
    """A mail address."""

    kind: Literal["email"]
    to: Annotated[
        str, Field(max_length=254, pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]+$")
    ]


class SlackTarget(Asked):
    """An incoming webhook of Slack."""

    kind: Literal["slack"]
    url: Annotated[SecretStr, Field(max_length=500)]

    @field_validator("url")
    @classmethod
    def _slacks(cls, url: SecretStr) -> SecretStr:
        if address.parsed(url.get_secret_value()).netloc != "hooks.slack.com":
            raise ValueError("must begin with https://hooks.slack.com/")
        return url


class TelegramTarget(Asked):
    """A bot of Telegram, and the chat that it writes to."""

    kind: Literal["telegram"]
    bot_token: Annotated[SecretStr, Field(max_length=100)]
    chat_id: Annotated[str, Field(max_length=64, pattern=r"^(-?[0-9]+|@[A-Za-z0-9_]+)$")]

    @field_validator("bot_token")
    @classmethod
    def _plain(cls, token: SecretStr) -> SecretStr:
        number, _, rest = token.get_secret_value().partition(":")
        plain = rest.replace("_", "").replace("-", "")
        if not (number.isascii() and number.isdigit() and plain.isascii() and plain.isalnum()):
            raise ValueError("is no token of a bot, such as 123456:ABC-DEF")
        return token


class PagerDutyTarget(Asked):
    """An integration of PagerDuty's Events API v2."""

    kind: Literal["pagerduty"]
    routing_key: Annotated[SecretStr, Field(min_length=32, max_length=32)]


Target = Annotated[
    WebhookTarget | EmailTarget | SlackTarget | TelegramTarget | PagerDutyTarget,
    Field(discriminator="kind"),
]


class CreateChannel(Asked):
    """A way to reach people."""

    label: Label
    target: Target
    quiet_hours: QuietHoursBody | None = None
    enabled: StrictBool = True

    def asked(self) -> NewChannel:
        secrets = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in self.target
            if name != "kind"
        }
        return NewChannel(
            kind=ChannelKind(self.target.kind),
            label=self.label,
            hint=_hint(self.target),
            secrets=secrets,
            quiet=self.quiet_hours.hours() if self.quiet_hours else None,
            enabled=self.enabled,
        )


class ChangeChannel(Asked):
    """What may be changed of a channel; what is not sent stays, and the target always does."""

    label: Label | None = None
    quiet_hours: QuietHoursBody | None = None
    """null ends them."""
    enabled: StrictBool | None = None

    def change(self, channel: Channel) -> Channel:
        changes: dict[str, Any] = {}
        if self.label is not None:
            changes["label"] = self.label
        if self.enabled is not None:
            changes["enabled"] = self.enabled
        if "quiet_hours" in self.model_fields_set:
            changes["quiet"] = self.quiet_hours.hours() if self.quiet_hours else None
        return replace(channel, **changes)


class ChannelView(BaseModel):
    """A channel, its secrets masked."""

    channel_id: UUID
    kind: ChannelKind
    label: str
    target: str
    """A mask, and as much as tells one from another."""
    quiet_hours: QuietHoursBody | None
    enabled: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, channel: Channel) -> Self:
        return cls(
            channel_id=channel.id,
            kind=channel.kind,
            label=channel.label,
            target=channel.hint,
            quiet_hours=QuietHoursBody.of(channel.quiet) if channel.quiet else None,
            enabled=channel.enabled,
            created_at=channel.created_at,
            updated_at=channel.updated_at,
        )


class RuleBody(Asked):
    """What is watched, and who is told."""

    bot_id: UUID | None = None
    """null watches every bot."""
    threshold: Annotated[Decimal, Field(gt=0, max_digits=30, decimal_places=18)] | None = None
    """A fraction for `drawdown`; else an amount in the bot's quote currency, or of the asset."""
    asset: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Z0-9]+$")] | None = None
    """For `low_balance`: null watches what the account is worth in USD."""
    silence_seconds: Annotated[int, Field(ge=30, le=86_400)] | None = None
    """For `bot_silent` (120 without it) and `collector_stale` (60)."""
    severity: Severity = Severity.WARNING
    channels: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    enabled: StrictBool = True

    def wish(self) -> RuleWish:
        return RuleWish(
            bot=BotId(self.bot_id) if self.bot_id else None,
            threshold=self.threshold,
            asset=self.asset,
            silence_s=self.silence_seconds,
            severity=self.severity,
            channels=tuple(dict.fromkeys(ChannelId(key) for key in self.channels)),
            enabled=self.enabled,
        )


class CreateRule(RuleBody):
    """A rule of one kind."""

    kind: RuleKind


class RuleView(BaseModel):
    """A rule."""

    rule_id: UUID
    kind: RuleKind
    bot_id: UUID | None
    threshold: Money | None
    asset: str | None
    silence_seconds: int | None
    severity: Severity
    channels: list[UUID]
    enabled: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, rule: Rule) -> Self:
        return cls(
            rule_id=rule.id,
            kind=rule.kind,
            bot_id=rule.bot,
            threshold=rule.threshold,
            asset=rule.asset,
            silence_seconds=rule.silence_s,
            severity=rule.severity,
            channels=list(rule.channels),
            enabled=rule.enabled,
            created_at=rule.created_at,
            updated_at=rule.updated_at,
        )


class AlertsQuery(PageQuery):
    """Which alerts."""

    state: AlertState | None = None
    bot_id: UUID | None = None


class AlertView(BaseModel):
    """Something that was told."""

    alert_id: UUID
    rule_id: UUID | None
    kind: RuleKind
    severity: Severity
    state: AlertState
    bot_id: UUID | None
    title: str
    facts: dict[str, Any]
    count: int
    """How often it began within minutes of its end."""
    raised_at: AwareDatetime
    last_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None
    resolved_at: AwareDatetime | None

    @classmethod
    def of(cls, alert: Alert) -> Self:
        return cls(
            alert_id=alert.id,
            rule_id=alert.rule,
            kind=alert.kind,
            severity=alert.severity,
            state=alert.state,
            bot_id=alert.bot,
            title=alert.title,
            facts=alert.facts,
            count=alert.count,
            raised_at=alert.raised_at,
            last_at=alert.last_at,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            resolved_at=alert.resolved_at,
        )


class DeliveryView(BaseModel):
    """One alert on its way by one channel."""

    delivery_id: UUID
    channel_id: UUID
    alert_id: UUID | None
    """null for a test."""
    occasion: Occasion
    state: DeliveryState
    attempts: int
    reason: str | None
    """Why the last attempt failed."""
    created_at: AwareDatetime
    delivered_at: AwareDatetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        return cls(
            delivery_id=delivery.id,
            channel_id=delivery.channel,
            alert_id=delivery.alert,
            occasion=delivery.occasion,
            state=delivery.state,
            attempts=delivery.attempts,
            reason=delivery.reason,
            created_at=delivery.created_at,
            delivered_at=delivery.delivered_at,
        )


def _hint(target: Target) -> str:
    match target:
        case EmailTarget():
            return target.to
        case WebhookTarget() | SlackTarget():
            return f"{address.parsed(target.url.get_secret_value()).netloc}/{MASK}"
        case TelegramTarget():
            return f"{MASK} to {target.chat_id}"
        case PagerDutyTarget():
            return MASK + target.routing_key.get_secret_value()[-4:]
