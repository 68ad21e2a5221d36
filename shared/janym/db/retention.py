"""How long PostgreSQL keeps what only grows; ClickHouse keeps metrics and logs for good."""

from datetime import datetime, timedelta

from janym.db.connection import Database

DAYS_AHEAD = 7
"""Partitions of `bot_metrics` stand ready this long before their day."""

DAYS_KEPT = 30
"""How long metrics, logs and rejected messages stay."""

ANSWERS_KEPT = timedelta(days=2)
"""How long a repeated request is given its first answer."""


def tidy(database: Database, *, now: datetime) -> None:
    """Make the partitions of the coming days, and drop what is past keeping. Cheap to repeat.

    The role must be `control`.

    Raises:
        StoreAway: PostgreSQL does not answer, or is busy; calling again is safe.
    """
    past = now - timedelta(days=DAYS_KEPT)
    with database.transaction(None) as transaction:
        transaction.run(
            "SELECT tend_metric_partitions(%s, %s, %s)", (now.date(), DAYS_AHEAD, DAYS_KEPT)
        )
        transaction.commit()
        transaction.run("DELETE FROM bot_logs WHERE created_at < %s", (past,))
        transaction.run("DELETE FROM rejected_messages WHERE created_at < %s", (past,))
        transaction.run("DELETE FROM idempotency WHERE created_at < %s", (now - ANSWERS_KEPT,))
        transaction.commit()
