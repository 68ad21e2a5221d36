"""Looking for broken rules, and taking deliveries on, in PostgreSQL. The role is `alerts`.

Each kind of rule is one statement over all organizations, whatever their number of bots. Two who
look at once raise an alert once: its index lets one row in, and who did not write it tells nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from janym.db import alerts, payload
from janym.db.connection import Transaction
from janym.domain.alert import (
    FACTS,
    FLAPPING,
    SILENCE_S,
    Alert,
    AlertId,
    Breach,
    Delivery,
    DeliveryId,
    Occasion,
    RuleId,
    RuleKind,
    Severity,
)
from janym.domain.ids import BotId, OrganizationId
from janym.ports.alerts import Due

BUSY = timedelta(minutes=2)
"""How long a delivery is left to who took it on; longer than all of a batch may take."""

_BOTS: LiteralString = """
FROM alert_rules AS rule JOIN bots AS bot ON bot.organization_id = rule.organization_id
    AND (rule.bot_id IS NULL OR rule.bot_id = bot.id)
"""

_FIGURES: LiteralString = (
    _BOTS
    + """
JOIN bot_snapshots AS told ON told.bot_id = bot.id AND told.kind = 'metrics'
"""
)

_STATUS: LiteralString = (
    """
SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
    'name', bot.name, 'reason', bot.status_reason, 'detail', bot.status_detail) AS facts
"""
    + _BOTS
)

QUERIES: dict[RuleKind, LiteralString] = {
    RuleKind.BOT_ERROR: _STATUS
    + "WHERE rule.enabled AND rule.kind = 'bot_error' AND bot.status = 'error'",
    RuleKind.ORPHANED_ORDERS: _STATUS
    + "WHERE rule.enabled AND rule.kind = 'orphaned_orders' AND bot.status = 'orphaned'",
    RuleKind.BOT_SILENT: (
        """
        SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'last_heard', bot.reported_at) AS facts
        """
        + _BOTS
        + """
        WHERE rule.enabled AND rule.kind = 'bot_silent' AND bot.desired_status = 'running'
            AND (bot.status_reason = 'HEARTBEAT_LOST' OR bot.status = 'running'
                AND bot.reported_at < %(now)s - coalesce(rule.silence_s, %(bot_silent)s)
                    * interval '1 second')
        """
    ),
    RuleKind.DRAWDOWN: """
        WITH seen AS (
            INSERT INTO alert_peaks AS known (rule_id, bot_id, organization_id, peak)
            SELECT rule.id, bot.id, bot.organization_id, (told.body->>'balance_usd')::numeric
            FROM alert_rules AS rule JOIN bots AS bot ON bot.organization_id = rule.organization_id
                AND (rule.bot_id IS NULL OR rule.bot_id = bot.id)
            JOIN bot_snapshots AS told ON told.bot_id = bot.id AND told.kind = 'metrics'
            WHERE rule.enabled AND rule.kind = 'drawdown' AND bot.desired_status <> 'stopped'
            ORDER BY rule.id, bot.id
            ON CONFLICT (rule_id, bot_id) DO UPDATE SET peak = greatest(known.peak, excluded.peak)
            RETURNING rule_id, bot_id, peak
        )
        SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'peak', seen.peak::text, 'balance', told.body->>'balance_usd',
            'threshold', rule.threshold::text) AS facts
        FROM seen JOIN alert_rules AS rule ON rule.id = seen.rule_id
        JOIN bots AS bot ON bot.id = seen.bot_id
        JOIN bot_snapshots AS told ON told.bot_id = bot.id AND told.kind = 'metrics'
        WHERE seen.peak > 0
            AND (told.body->>'balance_usd')::numeric <= seen.peak * (1 - rule.threshold)
        """,
    RuleKind.LOSS_LIMIT: (
        """
        SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'pnl', told.body->>'total_pnl', 'threshold', rule.threshold::text)
            AS facts
        """
        + _FIGURES
        + """
        WHERE rule.enabled AND rule.kind = 'loss_limit'
            AND (told.body->>'total_pnl')::numeric <= -rule.threshold
        """
    ),
    RuleKind.GOAL_REACHED: (
        """
        SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'pnl', told.body->>'total_pnl', 'threshold', rule.threshold::text)
            AS facts
        """
        + _FIGURES
        + """
        WHERE rule.enabled AND rule.kind = 'goal_reached'
            AND (told.body->>'total_pnl')::numeric >= rule.threshold
        """
    ),
    RuleKind.LOW_BALANCE: (
        """
        SELECT rule.*, bot.id AS broken_by, bot.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'asset', coalesce(rule.asset, 'USD'), 'available', held.available,
            'threshold', rule.threshold::text) AS facts
        """
        + _FIGURES
        + """
        , LATERAL (SELECT CASE WHEN rule.asset IS NULL THEN told.body->>'balance_available'
            ELSE told.body->'extra'->'assets'->rule.asset->>'available' END AS available) AS held
        WHERE rule.enabled AND rule.kind = 'low_balance' AND bot.desired_status <> 'stopped'
            AND held.available::numeric < rule.threshold
        """
    ),
    RuleKind.LARGE_FILL: """
        SELECT rule.*, bot.id AS broken_by, fill.id::text AS subject, jsonb_build_object(
            'name', bot.name, 'side', fill.side, 'quantity', fill.quantity::text,
            'price', fill.price::text, 'trading_pair', fill.trading_pair,
            'trade_id', fill.trade_id, 'threshold', rule.threshold::text) AS facts
        FROM alert_rules AS rule JOIN fills AS fill ON fill.organization_id = rule.organization_id
            AND (rule.bot_id IS NULL OR rule.bot_id = fill.bot_id)
        JOIN bots AS bot ON bot.id = fill.bot_id
        WHERE rule.enabled AND rule.kind = 'large_fill'
            AND fill.price * fill.quantity >= rule.threshold
            AND fill.created_at > greatest(rule.updated_at, %(now)s - interval '10 minutes')
            AND NOT EXISTS (SELECT FROM alerts
                WHERE alerts.rule_id = rule.id AND alerts.subject = fill.id::text)
        """,
    RuleKind.COLLECTOR_STALE: """
        SELECT rule.*, NULL::uuid AS broken_by, daemon.daemon_id AS subject, jsonb_build_object(
            'name', daemon.daemon_id, 'last_heard', daemon.last_heartbeat) AS facts
        FROM alert_rules AS rule CROSS JOIN daemon_state AS daemon
        WHERE rule.enabled AND rule.kind = 'collector_stale' AND daemon.status = 'running'
            AND daemon.role IN ('monitor', 'both')
            AND daemon.last_heartbeat < %(now)s - coalesce(rule.silence_s, %(collector_stale)s)
                * interval '1 second'
        """,
    # An exchange that does not answer takes back nothing: what it refused stays refused.
    RuleKind.KEY_REFUSED: """
        SELECT rule.*, rule.bot_id AS broken_by, key.id::text AS subject, jsonb_build_object(
            'name', key.label, 'exchange', key.exchange, 'environment', key.environment,
            'code', key.check_code, 'reason', key.check_detail) AS facts
        FROM alert_rules AS rule JOIN exchange_credentials AS key
            ON key.organization_id = rule.organization_id AND key.deleted_at IS NULL
            AND key.check_state <> 'valid'
        LEFT JOIN bots AS bot ON bot.id = rule.bot_id
        WHERE rule.enabled AND rule.kind = 'key_refused'
            AND (rule.bot_id IS NULL OR bot.credential_id = key.id)
            AND (key.check_state = 'refused' OR EXISTS (SELECT FROM alerts
                WHERE alerts.rule_id = rule.id AND alerts.subject = key.id::text
                    AND alerts.resolved_at IS NULL))
        """,
}

GOES_ON: LiteralString = """
UPDATE alerts SET resolved_at = NULL, times = times + 1, last_at = %(now)s, facts = %(facts)s
WHERE id = (
    SELECT id FROM alerts WHERE rule_id = %(rule)s AND subject = %(subject)s AND NOT fact
        AND resolved_at > %(flapping)s
    ORDER BY resolved_at DESC LIMIT 1
) AND resolved_at IS NOT NULL
RETURNING id
"""

BEGINS: LiteralString = """
INSERT INTO alerts (
    id, organization_id, rule_id, kind, severity, subject, bot_id, title, facts, fact, raised_at,
    last_at
) VALUES (
    %(id)s, %(organization)s, %(rule)s, %(kind)s, %(severity)s, %(subject)s, %(bot)s, %(title)s,
    %(facts)s, %(fact)s, %(now)s, %(now)s
)
ON CONFLICT DO NOTHING RETURNING *
"""

TAKE: LiteralString = """
WITH due AS (
    SELECT id FROM alert_deliveries WHERE state = 'pending' AND not_before <= %(now)s
    ORDER BY not_before, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE alert_deliveries AS delivery SET attempts = attempts + 1, not_before = %(busy)s
FROM due WHERE delivery.id = due.id RETURNING delivery.*
"""


class Watch:
    """`ports.alerts.Watch`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def breaches(self, *, now: datetime) -> Sequence[Breach]:
        kinds = self._transaction.all("SELECT DISTINCT kind FROM alert_rules WHERE enabled")
        parameters = {"now": now, **{kind.value: span for kind, span in SILENCE_S.items()}}
        rows = [
            row
            for each in kinds
            for row in self._transaction.all(QUERIES[RuleKind(each.kind)], parameters)
        ]
        return [_breach(row) for row in rows]

    def open(self) -> Sequence[Alert]:
        rows = self._transaction.all("SELECT * FROM alerts WHERE resolved_at IS NULL AND NOT fact")
        return [alerts.alert(row) for row in rows]

    def begin(self, breach: Breach, title: str, key: AlertId, *, now: datetime) -> Alert | None:
        given: dict[str, Any] = {
            "id": key,
            "organization": breach.organization,
            "rule": breach.rule,
            "kind": breach.kind.value,
            "severity": breach.severity.value,
            "subject": breach.subject,
            "bot": breach.bot,
            "title": title,
            "facts": payload.encode([breach.facts])[1:-1],
            "fact": breach.kind in FACTS,
            "now": now,
            "flapping": now - FLAPPING,
        }
        if self._transaction.one(GOES_ON, given) is not None:
            return None
        row = self._transaction.one(BEGINS, given)
        return None if row is None else alerts.alert(row)

    def end(self, key: AlertId, *, now: datetime) -> bool:
        row = self._transaction.one(
            "UPDATE alerts SET resolved_at = %s WHERE id = %s AND resolved_at IS NULL RETURNING id",
            (now, key),
        )
        return row is not None

    def tell(self, alert: Alert, occasion: Occasion, *, now: datetime) -> int:
        return self._transaction.run(
            """
            INSERT INTO alert_deliveries (
                id, organization_id, channel_id, alert_id, occasion, not_before, created_at
            )
            SELECT md5(concat_ws(' ', %(alert)s::text, channel.id, %(occasion)s::text,
                %(now)s::text))::uuid,
                channel.organization_id, channel.id, %(alert)s, %(occasion)s, %(now)s, %(now)s
            FROM alert_rules AS rule JOIN alert_channels AS channel
                ON channel.id = ANY(rule.channels)
                AND channel.organization_id = rule.organization_id
            WHERE rule.id = %(rule)s AND channel.enabled
            ON CONFLICT DO NOTHING
            """,
            {"alert": alert.id, "occasion": occasion.value, "now": now, "rule": alert.rule},
        ).rowcount

    def take(self, *, now: datetime, limit: int) -> Sequence[Due]:
        busy = now + BUSY
        taken = [
            alerts.delivery(row)
            for row in self._transaction.all(TAKE, {"now": now, "limit": limit, "busy": busy})
        ]
        channels = {
            row.id: alerts.channel(row)
            for row in self._transaction.all(
                "SELECT * FROM alert_channels WHERE id = ANY(%s)",
                ([each.channel for each in taken],),
            )
        }
        told = {
            row.id: alerts.alert(row)
            for row in self._transaction.all(
                "SELECT * FROM alerts WHERE id = ANY(%s)",
                ([each.alert for each in taken if each.alert is not None],),
            )
        }
        return [
            Due(
                delivery=each,
                channel=channels[each.channel],
                alert=told[each.alert] if each.alert is not None else None,
            )
            for each in taken
        ]

    def wait(self, key: DeliveryId, *, until: datetime) -> None:
        self._transaction.run(
            "UPDATE alert_deliveries SET not_before = %s, attempts = attempts - 1 WHERE id = %s",
            (until, key),
        )

    def settle(self, delivery: Delivery) -> None:
        self._transaction.run(
            """
            UPDATE alert_deliveries SET
                state = %s, not_before = %s, reason = %s, delivered_at = %s
            WHERE id = %s AND state = 'pending'
            """,
            (
                delivery.state.value,
                delivery.not_before,
                delivery.reason,
                delivery.delivered_at,
                delivery.id,
            ),
        )


def _breach(row: Any) -> Breach:
    return Breach(
        rule=RuleId(row.id),
        organization=OrganizationId(row.organization_id),
        kind=RuleKind(row.kind),
        severity=Severity(row.severity),
        subject=row.subject,
        bot=BotId(row.broken_by) if row.broken_by is not None else None,
        facts=row.facts,
    )
