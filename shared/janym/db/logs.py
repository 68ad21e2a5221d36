"""Bots' log lines of the last weeks in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, LiteralString

from janym.db import cursors, payload
from janym.db.connection import Transaction
from janym.domain.bot import Position
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLevel, LogLine
from janym.ports.pages import Listing, Page
from janym.ports.told import EVERY_LINE, WantedLines

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


LOOKED_AT = 5_000
"""How many lines are looked through for a text at once."""

LINES: LiteralString = """
SELECT * FROM bot_logs
WHERE bot_id = %(bot)s
    AND (%(level)s::text IS NULL OR level = %(level)s)
    AND (%(since)s::timestamptz IS NULL OR timestamp >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR timestamp < %(until)s)
    AND (%(at)s::timestamptz IS NULL
        OR (timestamp, session, seq) < (%(at)s, %(session)s::int, %(seq)s::bigint))
ORDER BY timestamp DESC, session DESC, seq DESC
"""
NEWEST: LiteralString = LINES + "LIMIT %(limit)s"
IN_TEXT: LiteralString = """
) AS looked_at WHERE position(lower(%(text)s::text) IN lower(message)) > 0
ORDER BY timestamp DESC, session DESC, seq DESC LIMIT %(limit)s
"""
WITH_TEXT: LiteralString = "SELECT * FROM (" + LINES + "LIMIT %(looked_at)s" + IN_TEXT  # noqa: S608 - ours
LAST_LOOKED_AT: LiteralString = LINES + "OFFSET %(looked_at)s - 1 LIMIT 1"


class Logs:
    """`ports.told.Logs`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def list(self, bot: BotId, page: Page, wanted: WantedLines = EVERY_LINE) -> Listing[LogLine]:
        at, session, seq = _after(page.cursor)
        asked = {
            "bot": bot,
            "level": wanted.level.value if wanted.level else None,
            "since": wanted.since,
            "until": wanted.until,
            "at": at,
            "session": session,
            "seq": seq,
            "limit": page.limit + 1,
        }
        if wanted.text is None:
            return cursors.listing(self._transaction.all(NEWEST, asked), page, line, _key)
        asked |= {"text": wanted.text, "looked_at": LOOKED_AT}
        found = cursors.listing(self._transaction.all(WITH_TEXT, asked), page, line, _key)
        if found.next_cursor is not None:
            return found
        last = self._transaction.one(LAST_LOOKED_AT, asked)
        return replace(found, next_cursor=cursors.write(_key(last)) if last else None)


def _key(row: Any) -> cursors.Key:
    return row.timestamp, f"{row.session}.{row.seq}"


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


def line(row: Any) -> LogLine:
    """Read a row."""
    return LogLine(
        bot=BotId(row.bot_id),
        position=Position(session=row.session, seq=row.seq),
        at=row.timestamp,
        level=LogLevel(row.level),
        message=row.message,
        metadata=row.metadata or {},
    )
