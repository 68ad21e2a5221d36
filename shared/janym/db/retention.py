"""How long PostgreSQL keeps what only grows; ClickHouse keeps metrics and logs for good."""

from datetime import datetime, timedelta
from typing import LiteralString

from janym.db.connection import Database

DAYS_AHEAD = 7
"""Partitions of `bot_metrics` stand ready this long before their day."""

DAYS_KEPT = 30
"""How long metrics, logs and rejected messages stay."""

ANSWERS_KEPT = timedelta(days=2)
"""How long a repeated request is given its first answer."""

EQUITY_KEPT = timedelta(days=730)
"""How far back the curve of what accounts were worth goes."""

DROPPED: tuple[tuple[str, LiteralString, timedelta], ...] = (
    ("log lines", "DELETE FROM bot_logs WHERE created_at < %s", timedelta(days=DAYS_KEPT)),
    (
        "rejected messages",
        "DELETE FROM rejected_messages WHERE created_at < %s",
        timedelta(days=DAYS_KEPT),
    ),
    ("points of equity", "DELETE FROM equity WHERE at < %s", EQUITY_KEPT),
    ("receipts", "DELETE FROM idempotency WHERE created_at < %s", ANSWERS_KEPT),
)


def tidy(database: Database, *, now: datetime) -> str:
    """Make the partitions of the coming days, and drop what is past keeping. Cheap to repeat.

    The role must be `control`.

    Returns:
        What was done, in words.

    Raises:
        StoreAway: PostgreSQL does not answer, or is busy; calling again is safe.
    """
    with database.transaction(None) as transaction:
        transaction.run(
            "SELECT tend_metric_partitions(%s, %s, %s)", (now.date(), DAYS_AHEAD, DAYS_KEPT)
        )
        transaction.commit()
        told: list[str] = []
        for of, statement, kept in DROPPED:
            told.append(f"{transaction.run(statement, (now - kept,)).rowcount} {of}")
        transaction.commit()
    return f"dropped {', '.join(told)}"
