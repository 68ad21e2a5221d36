"""Metrics and logs into ClickHouse, a batch at a time."""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any

import orjson

from janym.domain.errors import StoreAway
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ticks.connection import translated

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

_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


class ClickHouseHistory:
    """`ports.history.History`.

    Args:
        connect: gives a client; called when first needed, and again after one that failed.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._client: Any = None

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        try:
            # The driver scales decimals in the thread's context, whose 28 digits would round them.
            with translated(), localcontext(_EXACT):
                self._insert("bot_metrics", METRIC_COLUMNS, [_metric(one) for one in metrics])
                self._insert("bot_logs", LOG_COLUMNS, [_log(line) for line in logs])
        except StoreAway:
            self._client = None  # the next one asks for its address and password anew
            raise

    def _insert(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        if self._client is None:
            self._client = self._connect()
        self._client.insert(table, rows, column_names=columns, settings=SETTINGS)


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
