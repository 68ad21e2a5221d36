"""How long PostgreSQL keeps what only grows; ClickHouse keeps metrics and logs for longer."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import LiteralString

from janym.db import logs, metrics
from janym.db.connection import Database
from janym.domain.bot import Position
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ports.retention import BotDay

DAYS_AHEAD = 7
"""Partitions of `bot_metrics` stand ready this long before their day."""

EVERY_DAY = 36_500
"""Days to keep where nothing is to be dropped."""

AT_ONCE = 5_000
ROUNDS = 40
"""Rows that one statement drops, and statements of a run: what is left goes an hour later."""

TRIMMED: tuple[tuple[str, LiteralString, timedelta], ...] = (
    (
        "rejected messages",
        """DELETE FROM rejected_messages WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM rejected_messages WHERE created_at < %s
            ORDER BY created_at LIMIT %s))""",
        timedelta(days=30),
    ),
    (
        "events of bots",
        """DELETE FROM bot_events WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM bot_events WHERE at < %s ORDER BY at LIMIT %s))""",
        timedelta(days=365),
    ),
    (
        "points of equity",
        """DELETE FROM equity WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM equity WHERE at < %s ORDER BY at LIMIT %s))""",
        timedelta(days=730),
    ),
    (
        "receipts",  # by which a repeated request is given its first answer
        """DELETE FROM idempotency WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM idempotency WHERE created_at < %s ORDER BY created_at LIMIT %s))""",
        timedelta(days=2),
    ),
    (
        "alerts",  # with their deliveries; one that still holds stays
        """DELETE FROM alerts WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM alerts WHERE last_at < %s AND (fact OR resolved_at IS NOT NULL)
            ORDER BY last_at LIMIT %s))""",
        timedelta(days=365),
    ),
    (
        "tests of channels",
        """DELETE FROM alert_deliveries WHERE ctid = ANY(ARRAY(
            SELECT ctid FROM alert_deliveries WHERE alert_id IS NULL AND created_at < %s
            ORDER BY created_at LIMIT %s))""",
        timedelta(days=30),
    ),
    (
        "collectors",  # one that was lost stays, and its alert with it, until another gives a sign
        """DELETE FROM daemon_state WHERE ctid = ANY(ARRAY(
            SELECT gone.ctid FROM daemon_state AS gone WHERE gone.last_heartbeat < %s
                AND (gone.status <> 'running' OR EXISTS (SELECT FROM daemon_state AS other
                    WHERE other.status = 'running'
                        AND other.last_heartbeat > gone.last_heartbeat))
            ORDER BY gone.last_heartbeat LIMIT %s))""",
        timedelta(days=1),
    ),
)

# A bot that tells one position with two times is one report: ClickHouse knows it by its position.
REPORTS: LiteralString = """
SELECT bot.id AS bot_id, counted.day, counted.reports
FROM unnest(%(bots)s::uuid[]) AS bot (id) CROSS JOIN LATERAL (
    SELECT day, count(*) AS reports FROM (
        SELECT DISTINCT session, seq, (timestamp AT TIME ZONE 'UTC')::date AS day
        FROM bot_metrics
        WHERE bot_id = bot.id AND timestamp >= %(since)s AND timestamp < %(before)s
    ) AS told GROUP BY day
) AS counted
"""

OF_A_DAY: LiteralString = """
SELECT * FROM bot_metrics
WHERE bot_id = %(bot)s AND timestamp >= %(since)s AND timestamp < %(before)s
    AND (session, seq) > (%(session)s::integer, %(seq)s::bigint)
ORDER BY session, seq LIMIT %(limit)s
"""


class PostgresRetention:
    """`ports.retention.Retention`; the role is `control`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make_ready(self, *, today: date) -> None:
        self._tend(today, EVERY_DAY)

    def trim(self, *, now: datetime) -> Mapping[str, int]:
        return {of: self._drop(statement, now - kept) for of, statement, kept in TRIMMED}

    def bots(self, *, after: BotId | None, limit: int) -> Sequence[BotId]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                "SELECT id FROM bots WHERE %(after)s::uuid IS NULL OR id > %(after)s"
                " ORDER BY id LIMIT %(limit)s",
                {"after": after, "limit": limit},
            )
        return [BotId(row.id) for row in rows]

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        asked = {"bots": list(bots), "since": _midnight(since), "before": _midnight(before)}
        with self._database.transaction(None) as transaction:
            rows = transaction.all(REPORTS, asked)
        return {(BotId(row.bot_id), row.day): row.reports for row in rows}

    def metrics(self, of: BotDay, *, after: Position | None, limit: int) -> Sequence[MetricsReport]:
        bot, day = of
        asked = {
            "bot": bot,
            "since": _midnight(day),
            "before": _midnight(day + timedelta(days=1)),
            "session": after.session if after else -1,
            "seq": after.seq if after else -1,
            "limit": limit,
        }
        with self._database.transaction(None) as transaction:
            return [metrics.report(row) for row in transaction.all(OF_A_DAY, asked)]

    def drop_metrics(self, *, today: date, before: date) -> None:
        self._tend(today, (today - before).days)

    def old_lines(self, *, before: datetime, limit: int) -> Sequence[LogLine]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                "SELECT * FROM bot_logs WHERE created_at < %s ORDER BY created_at LIMIT %s",
                (before, limit),
            )
        return [logs.line(row) for row in rows]

    def drop_lines(self, lines: Sequence[LogLine]) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run(
                """
                DELETE FROM bot_logs USING unnest(%s::uuid[], %s::integer[], %s::bigint[])
                    AS gone (bot, session, seq)
                WHERE bot_id = gone.bot AND bot_logs.session = gone.session
                    AND bot_logs.seq = gone.seq
                """,
                (
                    [line.bot for line in lines],
                    [line.position.session for line in lines],
                    [line.position.seq for line in lines],
                ),
            )
            transaction.commit()

    def _tend(self, today: date, kept: int) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run("SELECT tend_metric_partitions(%s, %s, %s)", (today, DAYS_AHEAD, kept))
            transaction.commit()

    def _drop(self, statement: LiteralString, before: datetime) -> int:
        dropped = 0
        for _ in range(ROUNDS):
            with self._database.transaction(None) as transaction:
                gone = transaction.run(statement, (before, AT_ONCE)).rowcount
                transaction.commit()
            dropped += gone
            if gone < AT_ONCE:
                break
        return dropped


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
