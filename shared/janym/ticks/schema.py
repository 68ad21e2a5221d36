"""The tables of metrics and logs, and how they come to be.

A row is known by bot, session and sequence: of two the engine keeps one when it merges parts, and
readers ask with FINAL until then. Money is Decimal(38, 18).
"""

from typing import Any

from janym.ticks.connection import translated

METRICS = """
CREATE TABLE IF NOT EXISTS bot_metrics (
    bot_id UUID,
    session UInt32,
    seq UInt64,
    timestamp DateTime64(3, 'UTC'),
    balance_total Decimal(38, 18),
    balance_available Decimal(38, 18),
    balance_locked Decimal(38, 18),
    pnl_total Decimal(38, 18),
    pnl_total_pct Decimal(38, 18),
    pnl_realized Decimal(38, 18),
    pnl_unrealized Decimal(38, 18),
    orders_active UInt32,
    orders_filled_24h UInt32,
    orders_cancelled_24h UInt32,
    volume_24h Decimal(38, 18),
    extra String
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(timestamp)
ORDER BY (bot_id, session, seq)
"""

LOGS = """
CREATE TABLE IF NOT EXISTS bot_logs (
    bot_id UUID,
    session UInt32,
    seq UInt64,
    timestamp DateTime64(3, 'UTC'),
    level LowCardinality(String),
    message String,
    metadata String
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(timestamp)
ORDER BY (bot_id, session, seq)
"""

LONGEST_DAYS = 10_000
"""The engine reckons in 32-bit seconds: beyond 2106 a row would count as past."""

TABLES = ("bot_metrics", "bot_logs")


def migrate(client: Any, *, keep_days: int) -> None:
    """Make what is missing, and set how long rows are kept. Safe to repeat.

    Raises:
        StoreAway: ClickHouse does not answer.
    """
    days = min(keep_days, LONGEST_DAYS)
    with translated():
        for statement in (METRICS, LOGS):
            client.command(statement)
        for table in TABLES:
            client.command(
                f"ALTER TABLE {table} MODIFY TTL toDateTime(timestamp) + INTERVAL {days:d} DAY"
            )
