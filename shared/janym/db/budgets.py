"""Budgets and those who wait for them, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from janym.db.connection import Transaction
from janym.domain.bot import Bot
from janym.domain.ids import BotId


class Budgets:
    """`ports.unit_of_work.Budgets`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def lock(self, key: str) -> datetime | None:
        self._transaction.run(
            "INSERT INTO budgets (key) VALUES (%s) ON CONFLICT DO NOTHING", (key,)
        )
        row = self._transaction.one(
            "SELECT full_at FROM budgets WHERE key = %s FOR NO KEY UPDATE", (key,)
        )
        return row.full_at if row else None

    def put(self, key: str, full_at: datetime) -> None:
        self._transaction.run("UPDATE budgets SET full_at = %s WHERE key = %s", (full_at, key))

    def wait(self, key: str, bot: Bot, *, since: datetime) -> int:
        self._transaction.run(
            """
            INSERT INTO launch_queue (bot_id, organization_id, key, since) VALUES (%s, %s, %s, %s)
            ON CONFLICT (bot_id) DO UPDATE SET key = EXCLUDED.key
            WHERE launch_queue.key <> EXCLUDED.key
            """,
            (bot.id, bot.organization, key, since),
        )
        row = self._transaction.one(
            """
            SELECT count(*) AS before FROM launch_queue AS own
            JOIN launch_queue AS other
                ON other.key = own.key AND (other.since, other.bot_id) < (own.since, own.bot_id)
            JOIN bots ON bots.id = other.bot_id AND bots.desired_status <> 'stopped'
            WHERE own.bot_id = %s
            """,
            (bot.id,),
        )
        return int(row.before) if row else 0

    def leave(self, bot: BotId) -> None:
        self._transaction.run("DELETE FROM launch_queue WHERE bot_id = %s", (bot,))

    def waiting(self, limit: int) -> Sequence[BotId]:
        rows = self._transaction.all(
            "SELECT bot_id FROM launch_queue ORDER BY since, bot_id LIMIT %s", (limit,)
        )
        return [BotId(row.bot_id) for row in rows]
