"""Metrics and logs into ClickHouse, a batch at a time, and series of them out of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

import orjson

from janym.domain.bot import Position
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ports.pages import Span
from janym.ports.retention import BotDay
from janym.ticks.connection import Server

METRIC_COLUMNS = (
    "bot_id", "session", "seq", "timestamp", "balance_total", "balance_available",
    "balance_locked", "pnl_total", "pnl_total_pct", "pnl_realized", "pnl_unrealized",
    "orders_active", "orders_filled_24h", "orders_cancelled_24h", "volume_24h", "extra",
)  # fmt: skip
LOG_COLUMNS = ("bot_id", "session", "seq", "timestamp", "level", "message", "metadata")

SMALLEST = Decimal(1).scaleb(-18)
LARGEST = Decimal("99999999999999999999.999999999999999999")
LARGEST_COUNT = 2**32 - 1

# The server gathers the small batches of many callers, and answers when they are stored.
SETTINGS = {"async_insert": 1, "wait_for_async_insert": 1}

# The last report of each step. Of a row stored twice either will do: they are alike.
METRICS = f"""
SELECT intDiv(toUnixTimestamp(timestamp), {{step:UInt32}}) AS step,
    argMax(({", ".join(METRIC_COLUMNS[1:])}), (timestamp, session, seq)) AS last
FROM bot_metrics
WHERE bot_id = {{bot:UUID}} AND timestamp >= {{since:DateTime64(3, 'UTC')}}
    AND timestamp < {{until:DateTime64(3, 'UTC')}}
GROUP BY step ORDER BY step
"""  # noqa: S608 - names of our own columns

REPORTS = """
SELECT bot_id, toDate(timestamp) AS day, uniqExact(session, seq) AS reports
FROM bot_metrics
WHERE bot_id IN {bots:Array(UUID)} AND timestamp >= {since:DateTime64(3, 'UTC')}
    AND timestamp < {before:DateTime64(3, 'UTC')}
GROUP BY bot_id, day
"""

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


def _insert(client: Any, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    if rows:
        client.insert(table, rows, column_names=columns, settings=SETTINGS)


class ClickHouseHistory:
    """`ports.history.History`.

    Args:
        connect: gives a client.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._server = Server(connect)

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        if not (metrics or logs):
            return
        # The driver scales decimals in the thread's context, whose 28 digits would round them.
        with self._server.client() as client, localcontext(_EXACT):
            _insert(client, "bot_metrics", METRIC_COLUMNS, [_metric(one) for one in metrics])
            _insert(client, "bot_logs", LOG_COLUMNS, [_log(line) for line in logs])

    def metrics(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        rows = self._rows(
            METRICS,
            {
                "bot": str(bot),
                "since": span.since,
                "until": span.until,
                "step": int(span.step.total_seconds()),
            },
        )
        return [_read(bot, row) for row in rows]

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        rows = self._rows(
            REPORTS,
            {
                "bots": [str(bot) for bot in bots],
                "since": datetime.combine(since, time(), UTC),
                "before": datetime.combine(before, time(), UTC),
            },
        )
        return {(BotId(bot), day): reports for bot, day, reports in rows}

    def _rows(self, statement: str, parameters: dict[str, Any]) -> Sequence[Sequence[Any]]:
        with self._server.client() as client:
            return client.query(statement, parameters=parameters).result_rows


def _read(bot: BotId, row: Sequence[Any]) -> MetricsReport:
    [(session, seq, at, *money_and_counts, extra)] = row[1:]
    figures = dict(zip(METRIC_COLUMNS[4:-1], money_and_counts, strict=True))
    return MetricsReport(
        bot=bot,
        position=Position(session=session, seq=seq),
        at=at.replace(tzinfo=UTC),
        extra=orjson.loads(extra),
        **figures,
    )


def _metric(report: MetricsReport) -> tuple[Any, ...]:
    return (
        report.bot,
        report.position.session,
        report.position.seq,
        report.at,
        _money(report.balance_total),
        _money(report.balance_available),
        _money(report.balance_locked),
        _money(report.pnl_total),
        _money(report.pnl_total_pct),
        _money(report.pnl_realized),
        _money(report.pnl_unrealized),
        min(report.orders_active, LARGEST_COUNT),
        min(report.orders_filled_24h, LARGEST_COUNT),
        min(report.orders_cancelled_24h, LARGEST_COUNT),
        _money(report.volume_24h),
        _json(report.extra),
    )


def _log(line: LogLine) -> tuple[Any, ...]:
    return (
        line.bot,
        line.position.session,
        line.position.seq,
        line.at,
        line.level.value,
        line.message,
        _json(line.metadata),
    )


def _money(value: Decimal) -> Decimal:
    """Fit a value to Decimal(38, 18): Postgres has it exact, the long memory to 18 places."""
    bounded = min(max(value, -LARGEST), LARGEST)
    return bounded.quantize(SMALLEST)


def _json(value: dict[str, Any]) -> str:
    return orjson.dumps(value, default=str).decode()
