"""Runs of bots' tasks in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.errors import Conflict, NotFound
from janym.domain.ids import BotId, OrganizationId, RunId, TaskId
from janym.domain.run import Run, RunState
from janym.ports.unit_of_work import Listing, Page


class Runs:
    """`ports.unit_of_work.Runs`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: RunId) -> Run:
        row = self._transaction.one("SELECT * FROM bot_runs WHERE id = %s", (key,))
        if row is None:
            raise NotFound("run", key)
        return run(row)

    def add(self, run: Run) -> None:
        added = self._transaction.run(
            """
            INSERT INTO bot_runs (
                id, organization_id, bot_id, state, token_hash, task_id, session, certificate_id,
                created_at, launched_at, claimed_at, ended_at, end_reason, exit_code,
                event_version, checked_at
            ) VALUES (
                %(id)s, %(organization)s, %(bot)s, %(state)s, %(token_hash)s, %(task)s,
                %(session)s, %(certificate)s, %(created_at)s, %(launched_at)s, %(claimed_at)s,
                %(ended_at)s, %(end_reason)s, %(exit_code)s, %(event_version)s, %(checked_at)s
            )
            ON CONFLICT (bot_id) WHERE state <> 'ended' DO NOTHING
            """,
            _parameters(run),
        )
        if added.rowcount == 0:
            raise Conflict("RUN_OPEN", f"bot {run.bot} has a run that has not ended")

    def put(self, run: Run) -> None:
        changed = self._transaction.run(
            """
            UPDATE bot_runs SET
                state = %(state)s, token_hash = %(token_hash)s, task_id = %(task)s,
                session = %(session)s, certificate_id = %(certificate)s,
                launched_at = %(launched_at)s, claimed_at = %(claimed_at)s,
                ended_at = %(ended_at)s, end_reason = %(end_reason)s, exit_code = %(exit_code)s,
                event_version = %(event_version)s, checked_at = %(checked_at)s
            WHERE id = %(id)s
            """,
            _parameters(run),
        )
        if changed.rowcount == 0:
            raise NotFound("run", run.id)

    def open(self, bot: BotId) -> Run | None:
        row = self._transaction.one(
            "SELECT * FROM bot_runs WHERE bot_id = %s AND state <> 'ended'", (bot,)
        )
        return run(row) if row else None

    def of_task(self, task: TaskId) -> Run | None:
        row = self._transaction.one("SELECT * FROM bot_runs WHERE task_id = %s", (task,))
        return run(row) if row else None

    def unchecked(self, bot: BotId) -> Sequence[Run]:
        rows = self._transaction.all(
            """
            SELECT * FROM bot_runs WHERE bot_id = %s AND state = 'ended' AND checked_at IS NULL
            ORDER BY created_at, id
            """,
            (bot,),
        )
        return [run(row) for row in rows]

    def recent(self, bot: BotId, *, since: datetime) -> Sequence[Run]:
        rows = self._transaction.all(
            """
            SELECT * FROM bot_runs WHERE bot_id = %s AND created_at >= %s
            ORDER BY created_at DESC, id DESC
            """,
            (bot, since),
        )
        return [run(row) for row in rows]

    def list(self, bot: BotId, page: Page) -> Listing[Run]:
        after = cursors.read(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM bot_runs
            WHERE bot_id = %(bot)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {"bot": bot, "limit": page.limit + 1} | cursors.uuid_parameters(after),
        )
        return cursors.listing(rows, page, run, lambda row: (row.created_at, str(row.id)))


def run(row: Any) -> Run:
    """Turn a row of `bot_runs` into a run."""
    return Run(
        id=RunId(row.id),
        organization=OrganizationId(row.organization_id),
        bot=BotId(row.bot_id),
        state=RunState(row.state),
        token_hash=row.token_hash,
        task=TaskId(row.task_id) if row.task_id is not None else None,
        session=row.session,
        certificate=row.certificate_id,
        created_at=row.created_at,
        launched_at=row.launched_at,
        claimed_at=row.claimed_at,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
        exit_code=row.exit_code,
        event_version=row.event_version,
        checked_at=row.checked_at,
    )


def _parameters(run: Run) -> dict[str, Any]:
    return {
        "id": run.id,
        "organization": run.organization,
        "bot": run.bot,
        "state": run.state.value,
        "token_hash": run.token_hash,
        "task": run.task,
        "session": run.session,
        "certificate": run.certificate,
        "created_at": run.created_at,
        "launched_at": run.launched_at,
        "claimed_at": run.claimed_at,
        "ended_at": run.ended_at,
        "end_reason": run.end_reason,
        "exit_code": run.exit_code,
        "event_version": run.event_version,
        "checked_at": run.checked_at,
    }
