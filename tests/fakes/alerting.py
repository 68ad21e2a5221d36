"""Rules, channels, alerts and deliveries, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from janym.domain.alert import (
    FACTS,
    FLAPPING,
    Alert,
    AlertId,
    AlertState,
    Breach,
    Channel,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Occasion,
    Rule,
    RuleId,
    RuleKind,
)
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import BotId, OrganizationId
from janym.ports.alerts import Due
from janym.ports.pages import Listing, Page
from tests.fakes.owned import newest_first, paged
from tests.fakes.tables import Tables

_SPACE = UUID("6f0f6b2e-3a44-4a0e-9d53-0d6f3d1f2a11")


class MemoryAlerts:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def channels(self, page: Page) -> Listing[Channel]:
        return paged(self.every_channel(), page)

    def every_channel(self) -> Sequence[Channel]:
        rows = self._tables.channels.values()
        return [each for each in rows if self._organization in {None, each.organization}]

    def channel(self, key: ChannelId) -> Channel:
        for each in self.every_channel():
            if each.id == key:
                return each
        raise NotFound("channel", key)

    def put_channel(self, channel: Channel) -> None:
        if any(
            each.label == channel.label and each.id != channel.id for each in self.every_channel()
        ):
            raise AlreadyExists("channel", channel.label)
        self._tables.channels[channel.id] = channel

    def swap(self, known: Channel, sealed: bytes) -> bool:
        stored = self._tables.channels.get(known.id)
        if stored is None or stored.sealed != known.sealed:
            return False
        self._tables.channels[known.id] = replace(stored, sealed=sealed)
        return True

    def remove_channel(self, key: ChannelId) -> None:
        self.channel(key)
        del self._tables.channels[key]
        for rule in list(self._tables.rules.values()):
            left = tuple(each for each in rule.channels if each != key)
            self._tables.rules[rule.id] = replace(rule, channels=left)

    def rules(self, page: Page) -> Listing[Rule]:
        return paged(self._rules(), page)

    def _rules(self) -> Sequence[Rule]:
        rows = self._tables.rules.values()
        return [each for each in rows if self._organization in {None, each.organization}]

    def rule(self, key: RuleId) -> Rule:
        for each in self._rules():
            if each.id == key:
                return each
        raise NotFound("rule", key)

    def put_rule(self, rule: Rule) -> None:
        self._tables.rules[rule.id] = rule

    def remove_rule(self, key: RuleId) -> None:
        self.rule(key)
        del self._tables.rules[key]
        for each in list(self._tables.alerts.values()):
            if each.rule == key:
                self._tables.alerts[each.id] = replace(each, rule=None)

    def list(
        self, page: Page, *, state: AlertState | None = None, bot: BotId | None = None
    ) -> Listing[Alert]:
        rows = [
            each
            for each in self._visible()
            if state in {None, each.state} and bot in {None, each.bot}
        ]
        return paged(newest_first(rows), page)

    def get(self, key: AlertId) -> Alert:
        for each in self._visible():
            if each.id == key:
                return each
        raise NotFound("alert", key)

    def put(self, alert: Alert) -> None:
        self._tables.alerts[alert.id] = alert

    def deliveries(
        self, *, alert: AlertId | None = None, channel: ChannelId | None = None
    ) -> Sequence[Delivery]:
        return [
            each
            for each in newest_first(self._tables.deliveries.values())
            if alert in {None, each.alert} and channel in {None, each.channel}
        ]

    def deliver(self, organization: OrganizationId, delivery: Delivery) -> None:
        del organization
        self._tables.deliveries[delivery.id] = delivery

    def _visible(self) -> Sequence[Alert]:
        rows = self._tables.alerts.values()
        return [each for each in rows if self._organization in {None, each.organization}]


class MemoryWatch:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def breaches(self, *, now: datetime) -> Sequence[Breach]:
        del now
        return [*self._tables.breaches, *self._goals()]

    def _goals(self) -> Iterator[Breach]:
        """Goals that bots reached; of other kinds a test says what is broken."""
        newest = {
            report.bot: report
            for report in sorted(self._tables.metrics.values(), key=lambda each: each.position)
        }
        for rule in self._tables.rules.values():
            for bot in self._tables.bots.values():
                told = newest.get(bot.id)
                if (
                    rule.kind is RuleKind.GOAL_REACHED
                    and rule.organization == bot.organization
                    and rule.threshold is not None
                    and told is not None
                    and told.pnl_total >= rule.threshold
                ):
                    yield Breach(
                        rule=rule.id,
                        organization=rule.organization,
                        kind=rule.kind,
                        severity=rule.severity,
                        subject=str(bot.id),
                        bot=bot.id,
                        facts={
                            "name": bot.name,
                            "pnl": str(told.pnl_total),
                            "threshold": str(rule.threshold),
                        },
                    )

    def open(self) -> Sequence[Alert]:
        rows = self._tables.alerts.values()
        return [each for each in rows if each.resolved_at is None and each.kind not in FACTS]

    def begin(self, breach: Breach, title: str, key: AlertId, *, now: datetime) -> Alert | None:
        for known in list(self._tables.alerts.values()):
            if (known.rule, known.subject) != (breach.rule, breach.subject):
                continue
            if known.resolved_at is None:
                return None
            if known.resolved_at > now - FLAPPING:
                self._tables.alerts[known.id] = replace(
                    known, resolved_at=None, count=known.count + 1, last_at=now
                )
                return None
        begun = Alert(
            id=key,
            organization=breach.organization,
            rule=breach.rule,
            kind=breach.kind,
            severity=breach.severity,
            subject=breach.subject,
            bot=breach.bot,
            title=title,
            facts=breach.facts,
            count=1,
            raised_at=now,
            last_at=now,
            acknowledged_at=None,
            acknowledged_by=None,
            resolved_at=None,
        )
        self._tables.alerts[key] = begun
        return begun

    def end(self, key: AlertId, *, now: datetime) -> bool:
        known = self._tables.alerts[key]
        self._tables.alerts[key] = replace(known, resolved_at=known.resolved_at or now)
        return known.resolved_at is None

    def tell(self, alert: Alert, occasion: Occasion, *, now: datetime) -> int:
        rule = self._tables.rules.get(alert.rule) if alert.rule else None
        channels = [
            key
            for key in (rule.channels if rule else ())
            if key in self._tables.channels and self._tables.channels[key].enabled
        ]
        for channel in channels:
            key = DeliveryId(uuid5(_SPACE, f"{alert.id} {channel} {occasion} {now}"))
            self._tables.deliveries[key] = Delivery(
                id=key,
                channel=channel,
                alert=alert.id,
                occasion=occasion,
                state=DeliveryState.PENDING,
                attempts=0,
                not_before=now,
                reason=None,
                created_at=now,
                delivered_at=None,
            )
        return len(channels)

    def take(self, *, now: datetime, limit: int) -> Sequence[Due]:
        due = [
            each
            for each in self._tables.deliveries.values()
            if each.state is DeliveryState.PENDING and each.not_before <= now
        ][:limit]
        taken = [
            replace(each, attempts=each.attempts + 1, not_before=now + timedelta(minutes=2))
            for each in due
        ]
        self._tables.deliveries |= {each.id: each for each in taken}
        return [
            Due(
                delivery=each,
                channel=self._tables.channels[each.channel],
                alert=self._tables.alerts[each.alert] if each.alert else None,
            )
            for each in taken
        ]

    def wait(self, key: DeliveryId, *, until: datetime) -> None:
        known = self._tables.deliveries[key]
        self._tables.deliveries[key] = replace(known, not_before=until, attempts=known.attempts - 1)

    def settle(self, delivery: Delivery) -> None:
        self._tables.deliveries[delivery.id] = delivery
