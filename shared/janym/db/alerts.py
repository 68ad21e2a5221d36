"""An organization's rules, channels, alerts and deliveries, in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import psycopg

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.alert import (
    Alert,
    AlertId,
    AlertState,
    Channel,
    ChannelId,
    ChannelKind,
    Delivery,
    DeliveryId,
    DeliveryState,
    Occasion,
    QuietHours,
    Rule,
    RuleId,
    RuleKind,
    Severity,
)
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.ports.pages import Listing, Page

SHOWN_DELIVERIES = 100


class Alerts:
    """`ports.alerts.Alerts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def channels(self, page: Page) -> Listing[Channel]:
        rows = self._transaction.all(
            """
            SELECT * FROM alert_channels
            WHERE organization_id = %(organization)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) > (%(at)s, %(id)s))
            ORDER BY created_at, id LIMIT %(limit)s
            """,
            self._beyond(page),
        )
        return cursors.listing(rows, page, channel, _age)

    def every_channel(self) -> Sequence[Channel]:
        rows = self._transaction.all("SELECT * FROM alert_channels ORDER BY created_at, id")
        return [channel(row) for row in rows]

    def channel(self, key: ChannelId) -> Channel:
        row = self._transaction.one("SELECT * FROM alert_channels WHERE id = %s", (key,))
        if row is None:
            raise NotFound("channel", key)
        return channel(row)

    def put_channel(self, channel: Channel) -> None:
        quiet = channel.quiet
        try:
            self._transaction.run(
                """
                INSERT INTO alert_channels (
                    id, organization_id, kind, label, hint, sealed, quiet_begin, quiet_end,
                    quiet_zone, enabled, created_at, updated_at
                ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
                ON CONFLICT (id) DO UPDATE SET
                    label = excluded.label, quiet_begin = excluded.quiet_begin,
                    quiet_end = excluded.quiet_end, quiet_zone = excluded.quiet_zone,
                    enabled = excluded.enabled, updated_at = excluded.updated_at
                """,
                (
                    channel.id,
                    channel.organization,
                    channel.kind.value,
                    channel.label,
                    channel.hint,
                    channel.sealed,
                    quiet.begin if quiet else None,
                    quiet.end if quiet else None,
                    quiet.zone if quiet else None,
                    channel.enabled,
                    channel.created_at,
                    channel.updated_at,
                ),
            )
        except psycopg.errors.UniqueViolation as error:
            raise AlreadyExists("channel", channel.label) from error

    def swap(self, known: Channel, sealed: bytes) -> bool:
        changed = self._transaction.run(
            "UPDATE alert_channels SET sealed = %s WHERE id = %s AND sealed = %s",
            (sealed, known.id, known.sealed),
        )
        return changed.rowcount == 1

    def remove_channel(self, key: ChannelId) -> None:
        self._transaction.run(
            "UPDATE alert_rules SET channels = array_remove(channels, %s) WHERE %s = ANY(channels)",
            (key, key),
        )
        gone = self._transaction.run("DELETE FROM alert_channels WHERE id = %s", (key,))
        if gone.rowcount == 0:
            raise NotFound("channel", key)

    def rules(self, page: Page) -> Listing[Rule]:
        rows = self._transaction.all(
            """
            SELECT * FROM alert_rules
            WHERE organization_id = %(organization)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) > (%(at)s, %(id)s))
            ORDER BY created_at, id LIMIT %(limit)s
            """,
            self._beyond(page),
        )
        return cursors.listing(rows, page, _rule, _age)

    def rule(self, key: RuleId) -> Rule:
        row = self._transaction.one("SELECT * FROM alert_rules WHERE id = %s", (key,))
        if row is None:
            raise NotFound("rule", key)
        return _rule(row)

    def put_rule(self, rule: Rule) -> None:
        self._transaction.run(
            """
            INSERT INTO alert_rules (
                id, organization_id, kind, bot_id, threshold, asset, silence_s, severity,
                channels, enabled, created_at, updated_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (id) DO UPDATE SET
                bot_id = excluded.bot_id, threshold = excluded.threshold, asset = excluded.asset,
                silence_s = excluded.silence_s, severity = excluded.severity,
                channels = excluded.channels, enabled = excluded.enabled,
                updated_at = excluded.updated_at
            """,
            (
                rule.id,
                rule.organization,
                rule.kind.value,
                rule.bot,
                rule.threshold,
                rule.asset,
                rule.silence_s,
                rule.severity.value,
                list(rule.channels),
                rule.enabled,
                rule.created_at,
                rule.updated_at,
            ),
        )

    def remove_rule(self, key: RuleId) -> None:
        gone = self._transaction.run("DELETE FROM alert_rules WHERE id = %s", (key,))
        if gone.rowcount == 0:
            raise NotFound("rule", key)

    def list(
        self, page: Page, *, state: AlertState | None = None, bot: BotId | None = None
    ) -> Listing[Alert]:
        rows = self._transaction.all(
            """
            SELECT * FROM alerts
            WHERE (%(at)s::timestamptz IS NULL OR (raised_at, id) < (%(at)s, %(id)s))
                AND (%(bot)s::uuid IS NULL OR bot_id = %(bot)s)
                AND (%(state)s::text IS NULL
                    OR %(state)s = 'resolved' AND resolved_at IS NOT NULL
                    OR %(state)s = 'acknowledged'
                        AND resolved_at IS NULL AND acknowledged_at IS NOT NULL
                    OR %(state)s = 'open' AND resolved_at IS NULL AND acknowledged_at IS NULL)
            ORDER BY raised_at DESC, id DESC LIMIT %(limit)s
            """,
            cursors.uuid_parameters(cursors.read(page.cursor))
            | {
                "bot": bot,
                "state": state.value if state else None,
                "limit": page.limit + 1,
            },
        )
        return cursors.listing(rows, page, alert, lambda row: (row.raised_at, str(row.id)))

    def get(self, key: AlertId) -> Alert:
        row = self._transaction.one("SELECT * FROM alerts WHERE id = %s", (key,))
        if row is None:
            raise NotFound("alert", key)
        return alert(row)

    def put(self, alert: Alert) -> None:
        self._transaction.run(
            "UPDATE alerts SET acknowledged_at = %s, acknowledged_by = %s WHERE id = %s",
            (alert.acknowledged_at, alert.acknowledged_by, alert.id),
        )

    def deliveries(
        self, *, alert: AlertId | None = None, channel: ChannelId | None = None
    ) -> Sequence[Delivery]:
        rows = self._transaction.all(
            """
            SELECT * FROM alert_deliveries
            WHERE (%(alert)s::uuid IS NULL OR alert_id = %(alert)s)
                AND (%(channel)s::uuid IS NULL OR channel_id = %(channel)s)
            ORDER BY created_at DESC, id LIMIT %(limit)s
            """,
            {"alert": alert, "channel": channel, "limit": SHOWN_DELIVERIES},
        )
        return [delivery(row) for row in rows]

    def deliver(self, organization: OrganizationId, delivery: Delivery) -> None:
        self._transaction.run(
            """
            INSERT INTO alert_deliveries (
                id, organization_id, channel_id, alert_id, occasion, not_before, created_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            (
                delivery.id,
                organization,
                delivery.channel,
                delivery.alert,
                delivery.occasion.value,
                delivery.not_before,
                delivery.created_at,
            ),
        )

    def _beyond(self, page: Page) -> dict[str, Any]:
        mine = {"organization": self._transaction.organization, "limit": page.limit + 1}
        return cursors.uuid_parameters(cursors.read(page.cursor)) | mine


def _age(row: Any) -> cursors.Key:
    return row.created_at, str(row.id)


def channel(row: Any) -> Channel:
    """Read a channel's row."""
    quiet = None
    if row.quiet_begin is not None:
        quiet = QuietHours(begin=row.quiet_begin, end=row.quiet_end, zone=row.quiet_zone)
    return Channel(
        id=ChannelId(row.id),
        organization=OrganizationId(row.organization_id),
        kind=ChannelKind(row.kind),
        label=row.label,
        hint=row.hint,
        sealed=bytes(row.sealed),
        quiet=quiet,
        enabled=row.enabled,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def alert(row: Any) -> Alert:
    """Read an alert's row."""
    return Alert(
        id=AlertId(row.id),
        organization=OrganizationId(row.organization_id),
        rule=RuleId(row.rule_id) if row.rule_id is not None else None,
        kind=RuleKind(row.kind),
        severity=Severity(row.severity),
        subject=row.subject,
        bot=BotId(row.bot_id) if row.bot_id is not None else None,
        title=row.title,
        facts=row.facts,
        count=row.times,
        raised_at=row.raised_at,
        last_at=row.last_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=UserId(row.acknowledged_by) if row.acknowledged_by else None,
        resolved_at=row.resolved_at,
    )


def delivery(row: Any) -> Delivery:
    """Read a delivery's row."""
    return Delivery(
        id=DeliveryId(row.id),
        channel=ChannelId(row.channel_id),
        alert=AlertId(row.alert_id) if row.alert_id is not None else None,
        occasion=Occasion(row.occasion),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        not_before=row.not_before,
        reason=row.reason,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )


def _rule(row: Any) -> Rule:
    return Rule(
        id=RuleId(row.id),
        organization=OrganizationId(row.organization_id),
        kind=RuleKind(row.kind),
        bot=BotId(row.bot_id) if row.bot_id is not None else None,
        threshold=row.threshold,
        asset=row.asset,
        silence_s=row.silence_s,
        severity=Severity(row.severity),
        channels=tuple(ChannelId(key) for key in row.channels),
        enabled=row.enabled,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
