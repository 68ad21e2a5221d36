"""Commands to bots in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.command import RANK, Command, CommandKind, CommandState
from janym.domain.errors import NotFound
from janym.domain.ids import BotId, CommandId, OrganizationId, UserId
from janym.ports.unit_of_work import Listing, Page

RISING = [state.value for state in sorted(RANK, key=RANK.__getitem__)]


class Commands:
    """`ports.unit_of_work.Commands`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: CommandId) -> Command:
        row = self._transaction.one("SELECT * FROM commands WHERE id = %s", (key,))
        if row is None:
            raise NotFound("command", key)
        return command(row)

    def add(self, command: Command) -> None:
        self._transaction.run(
            """
            INSERT INTO commands (
                id, organization_id, bot_id, kind, payload, state, reason, asked_by, created_at,
                expires_at, updated_at, idempotency_key
            ) VALUES (
                %(id)s, %(organization)s, %(bot)s, %(kind)s, %(payload)s, %(state)s, %(reason)s,
                %(asked_by)s, %(created_at)s, %(expires_at)s, %(updated_at)s,
                %(idempotency_key)s
            )
            """,
            {
                "id": command.id,
                "organization": command.organization,
                "bot": command.bot,
                "kind": command.kind.value,
                "payload": Jsonb(command.payload),
                "state": command.state.value,
                "reason": command.reason,
                "asked_by": command.asked_by,
                "created_at": command.created_at,
                "expires_at": command.expires_at,
                "updated_at": command.updated_at,
                "idempotency_key": command.idempotency_key,
            },
        )

    def put(self, command: Command) -> None:
        """Store it, unless the bot got further meanwhile: a command's state only rises."""
        changed = self._transaction.run(
            """
            UPDATE commands SET state = %(state)s, reason = %(reason)s, updated_at = %(at)s
            WHERE id = %(id)s AND array_position(%(ranks)s::text[], state)
                <= array_position(%(ranks)s::text[], %(state)s)
            """,
            {
                "id": command.id,
                "state": command.state.value,
                "reason": command.reason,
                "at": command.updated_at,
                "ranks": RISING,
            },
        )
        if changed.rowcount == 0:
            self.get(command.id)

    def list(self, bot: BotId, page: Page) -> Listing[Command]:
        after = cursors.read(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM commands
            WHERE bot_id = %(bot)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {"bot": bot, "limit": page.limit + 1} | cursors.uuid_parameters(after),
        )
        return cursors.listing(rows, page, command, lambda row: (row.created_at, str(row.id)))

    def pending(self, bot: BotId) -> Sequence[Command]:
        rows = self._transaction.all(
            """
            SELECT * FROM commands
            WHERE bot_id = %s AND state IN ('accepted', 'published', 'acknowledged')
            ORDER BY created_at, id
            """,
            (bot,),
        )
        return [command(row) for row in rows]

    def unheard(self) -> Sequence[Command]:
        rows = self._transaction.all(
            """
            SELECT * FROM commands
            WHERE state IN ('accepted', 'published') AND kind IN ('stop', 'pause')
            ORDER BY created_at, id
            """
        )
        return [command(row) for row in rows]


def command(row: Any) -> Command:
    """Turn a row of `commands` into a command."""
    return Command(
        id=CommandId(row.id),
        organization=OrganizationId(row.organization_id),
        bot=BotId(row.bot_id),
        kind=CommandKind(row.kind),
        payload=row.payload,
        state=CommandState(row.state),
        reason=row.reason,
        asked_by=UserId(row.asked_by),
        created_at=row.created_at,
        expires_at=row.expires_at,
        updated_at=row.updated_at,
        idempotency_key=row.idempotency_key,
    )
