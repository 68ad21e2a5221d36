"""Bots' figures in PostgreSQL: the current ones, and those of the last weeks."""

from collections.abc import Sequence
from typing import Any, LiteralString

from janym.db import payload
from janym.db.bots import Bots
from janym.db.connection import Transaction
from janym.domain import timeframe
from janym.domain.bot import Bot, Position
from janym.domain.ids import BotId
from janym.domain.telemetry import MetricsReport
from janym.ports.pages import Listing, Page, Span

LARGEST_COUNT = 2**31 - 1

STORE = """
INSERT INTO bot_metrics (
    organization_id, bot_id, session, seq, timestamp, balance_usd, balance_available,
    balance_locked, total_pnl, total_pnl_pct, realized_pnl, unrealized_pnl, active_orders_count,
    filled_orders_count, cancelled_orders_count, volume_24h, extra
)
SELECT bots.organization_id, bot_id, told.session, told.seq, timestamp, balance_usd,
    balance_available, balance_locked, total_pnl, total_pnl_pct, realized_pnl, unrealized_pnl,
    active_orders_count, filled_orders_count, cancelled_orders_count, volume_24h, extra
FROM json_to_recordset(%s) AS told (
    bot_id uuid, session integer, seq bigint, timestamp timestamptz, balance_usd numeric,
    balance_available numeric, balance_locked numeric, total_pnl numeric, total_pnl_pct numeric,
    realized_pnl numeric, unrealized_pnl numeric, active_orders_count integer,
    filled_orders_count integer, cancelled_orders_count integer, volume_24h numeric, extra jsonb
) JOIN bots ON bots.id = bot_id
ORDER BY bot_id, told.session, told.seq
ON CONFLICT DO NOTHING
"""

SNAPSHOT = """
INSERT INTO bot_snapshots AS known (bot_id, organization_id, kind, session, seq, timestamp, body)
SELECT bots.id, bots.organization_id, kind, told.session, told.seq, timestamp, body
FROM json_to_recordset(%s) AS told (
    bot_id uuid, kind text, session integer, seq bigint, timestamp timestamptz, body jsonb
) JOIN bots ON bots.id = bot_id
ORDER BY bots.id, kind
ON CONFLICT (bot_id, kind) DO UPDATE SET
    session = excluded.session, seq = excluded.seq, timestamp = excluded.timestamp,
    body = excluded.body
WHERE (excluded.session, excluded.seq) > (known.session, known.seq)
"""


LATEST: LiteralString = """
SELECT said.* FROM bot_snapshots, jsonb_to_record(body) AS said (
    bot_id uuid, session integer, seq bigint, timestamp timestamptz,
    balance_usd numeric, balance_available numeric, balance_locked numeric,
    total_pnl numeric, total_pnl_pct numeric, realized_pnl numeric,
    unrealized_pnl numeric, active_orders_count integer, filled_orders_count integer,
    cancelled_orders_count integer, volume_24h numeric, extra jsonb
)
WHERE bot_snapshots.bot_id = ANY(%s) AND kind = 'metrics'
"""

# One look into the index for each step, however many rows lie in it.
HISTORY: LiteralString = """
SELECT point.* FROM generate_series(
    %(first)s::timestamptz, %(until)s::timestamptz - interval '1 microsecond', %(step)s::interval
) AS step (start)
CROSS JOIN LATERAL (
    SELECT * FROM bot_metrics
    WHERE bot_id = %(bot)s
        AND timestamp >= greatest(step.start, %(since)s::timestamptz)
        AND timestamp < least(step.start + %(step)s::interval, %(until)s::timestamptz)
    ORDER BY timestamp DESC, session DESC, seq DESC LIMIT 1
) AS point
ORDER BY step.start
"""


class Metrics:
    """`ports.told.Metrics`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def latest(self, bot: BotId) -> MetricsReport | None:
        return self._latest([bot]).get(bot)

    def of_all(self, page: Page) -> Listing[tuple[Bot, MetricsReport | None]]:
        listing = Bots(self._transaction).list(page)
        known = self._latest([bot.id for bot in listing.items])
        return Listing(
            items=[(bot, known.get(bot.id)) for bot in listing.items],
            next_cursor=listing.next_cursor,
        )

    def history(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        rows = self._transaction.all(
            HISTORY,
            {
                "bot": bot,
                "first": timeframe.floor(span.since, span.step),
                "since": span.since,
                "until": span.until,
                "step": span.step,
            },
        )
        return [report(row) for row in rows]

    def _latest(self, bots: Sequence[BotId]) -> dict[BotId, MetricsReport]:
        rows = self._transaction.all(LATEST, (list(bots),)) if bots else []
        return {BotId(row.bot_id): report(row) for row in rows}


def store(transaction: Transaction, reports: Sequence[MetricsReport]) -> None:
    """Store reports, each once, and the newest of each bot as its current one."""
    if not reports:
        return
    rows = [_row(report) for report in reports]
    transaction.run(STORE, (payload.encode(rows),))
    newest: dict[BotId, tuple[Position, dict[str, Any]]] = {}
    for report, row in zip(reports, rows, strict=True):
        known = newest.get(report.bot)
        if known is None or known[0] < report.position:
            newest[report.bot] = (report.position, row)
    snapshot(transaction, "metrics", [(row, row) for _, row in newest.values()])


def snapshot(
    transaction: Transaction, kind: str, told: Sequence[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    """Keep the newest word of each bot of a kind; each comes as where it stands, and what it is."""
    if told:
        rows = [
            {
                "bot_id": stands["bot_id"],
                "kind": kind,
                "session": stands["session"],
                "seq": stands["seq"],
                "timestamp": stands["timestamp"],
                "body": body,
            }
            for stands, body in told
        ]
        transaction.run(SNAPSHOT, (payload.encode(rows),))


def _row(report: MetricsReport) -> dict[str, Any]:
    return {
        "bot_id": report.bot,
        "session": report.position.session,
        "seq": report.position.seq,
        "timestamp": report.at,
        "balance_usd": report.balance_total,
        "balance_available": report.balance_available,
        "balance_locked": report.balance_locked,
        "total_pnl": report.pnl_total,
        "total_pnl_pct": report.pnl_total_pct,
        "realized_pnl": report.pnl_realized,
        "unrealized_pnl": report.pnl_unrealized,
        "active_orders_count": min(report.orders_active, LARGEST_COUNT),
        "filled_orders_count": min(report.orders_filled_24h, LARGEST_COUNT),
        "cancelled_orders_count": min(report.orders_cancelled_24h, LARGEST_COUNT),
        "volume_24h": report.volume_24h,
        "extra": report.extra,
    }


def report(row: Any) -> MetricsReport:
    """Read a row."""
    return MetricsReport(
        bot=BotId(row.bot_id),
        position=Position(session=row.session, seq=row.seq),
        at=row.timestamp,
        balance_total=row.balance_usd,
        balance_available=row.balance_available,
        balance_locked=row.balance_locked,
        pnl_total=row.total_pnl,
        pnl_total_pct=row.total_pnl_pct,
        pnl_realized=row.realized_pnl,
        pnl_unrealized=row.unrealized_pnl,
        orders_active=row.active_orders_count,
        orders_filled_24h=row.filled_orders_count,
        orders_cancelled_24h=row.cancelled_orders_count,
        volume_24h=row.volume_24h,
        extra=row.extra,
    )
