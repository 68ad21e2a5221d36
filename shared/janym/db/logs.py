"""Bots' log lines of the last weeks in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from janym.db import cursors, payload
from janym.db.connection import Transaction
from janym.domain.bot import Position
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLevel, LogLine
from janym.ports.unit_of_work import Listing, Page

STORE = """
INSERT INTO bot_logs (
    organization_id, bot_id, session, seq, timestamp, level, message, metadata
)
SELECT bots.organization_id, bot_id, told.session, told.seq, timestamp, level, message, metadata
FROM json_to_recordset(%s) AS told (
    bot_id uuid, session integer, seq bigint, timestamp timestamptz, level text, message text,
    metadata jsonb
) JOIN bots ON bots.id = bot_id
ORDER BY bot_id, told.session, told.seq
ON CONFLICT DO NOTHING
"""


class Logs:
    """`ports.unit_of_work.Logs`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def list(
        self, bot: BotId, page: Page, *, level: LogLevel | None = None, text: str | None = None
    ) -> Listing[LogLine]:
        at, session, seq = _after(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM bot_logs
            WHERE bot_id = %(bot)s
                AND (%(level)s::text IS NULL OR level = %(level)s)
                AND (%(text)s::text IS NULL
                    OR position(lower(%(text)s::text) IN lower(message)) > 0)
                AND (%(at)s::timestamptz IS NULL
                    OR (timestamp, session, seq) < (%(at)s, %(session)s::int, %(seq)s::bigint))
            ORDER BY timestamp DESC, session DESC, seq DESC LIMIT %(limit)s
            """,
            {
                "bot": bot,
                "level": level.value if level else None,
                "text": text,
                "at": at,
                "session": session,
                "seq": seq,
                "limit": page.limit + 1,
            },
        )
        return cursors.listing(
            rows, page, _line, lambda row: (row.timestamp, f"{row.session}.{row.seq}")
        )


def store(transaction: Transaction, lines: Sequence[LogLine]) -> None:
    """Store lines, each once."""
    if lines:
        transaction.run(STORE, (payload.encode([_row(line) for line in lines]),))


def _after(cursor: str | None) -> tuple[object, int | None, int | None]:
    key = cursors.read(cursor)
    if key is None:
        return None, None, None
    session, _, seq = key[1].partition(".")
    if not (session.isdecimal() and seq.isdecimal()):
        raise InvalidInput(FieldError(field="cursor", reason="is none that this list gave"))
    return key[0], int(session), int(seq)


def _row(line: LogLine) -> dict[str, Any]:
    return {
        "bot_id": line.bot,
        "session": line.position.session,
        "seq": line.position.seq,
        "timestamp": line.at,
        "level": line.level,
        "message": line.message,
        "metadata": line.metadata,
    }


def _line(row: Any) -> LogLine:
    return LogLine(
        bot=BotId(row.bot_id),
        position=Position(session=row.session, seq=row.seq),
        at=row.timestamp,
        level=LogLevel(row.level),
        message=row.message,
        metadata=row.metadata or {},
    )
