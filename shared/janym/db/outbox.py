"""What is to be done after a commit, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from janym.db.connection import Transaction
from janym.domain.ids import BotId, CommandId, OrganizationId
from janym.ports.unit_of_work import Errand, OutboxEntry


class Outbox:
    """`ports.unit_of_work.Outbox`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, entry: OutboxEntry) -> None:
        self._transaction.run(
            """
            INSERT INTO outbox (
                organization_id, bot_id, errand, command_id, not_before, attempts
            ) VALUES (%s, %s, %s, %s, %s, %s)
            """,
            (
                entry.organization,
                entry.bot,
                entry.errand.value,
                entry.command,
                entry.not_before,
                entry.attempts,
            ),
        )

    def due(self, *, now: datetime, limit: int, bot: BotId | None = None) -> Sequence[OutboxEntry]:
        rows = self._transaction.all(
            """
            SELECT * FROM outbox
            WHERE not_before <= %(now)s AND (%(bot)s::uuid IS NULL OR bot_id = %(bot)s)
            ORDER BY not_before, id LIMIT %(limit)s
            FOR UPDATE SKIP LOCKED
            """,
            {"now": now, "bot": bot, "limit": limit},
        )
        return [_entry(row) for row in rows]

    def remove(self, entry: OutboxEntry) -> None:
        self._transaction.run("DELETE FROM outbox WHERE id = %s", (entry.id,))

    def postpone(self, entry: OutboxEntry, *, until: datetime) -> None:
        self._transaction.run(
            "UPDATE outbox SET not_before = %s, attempts = attempts + 1 WHERE id = %s",
            (until, entry.id),
        )


def _entry(row: Any) -> OutboxEntry:
    return OutboxEntry(
        errand=Errand(row.errand),
        organization=OrganizationId(row.organization_id),
        bot=BotId(row.bot_id),
        command=CommandId(row.command_id) if row.command_id is not None else None,
        not_before=row.not_before,
        id=row.id,
        attempts=row.attempts,
    )
