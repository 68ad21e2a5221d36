"""Messages of every queue in one SQLite file: what is acknowledged to a sender survives a kill."""

import base64
import binascii
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from local.aws.cloud import Queue

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    origin TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sent_ms INTEGER NOT NULL,
    first_ms INTEGER,
    receives INTEGER NOT NULL,
    visible_ms INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (queue, visible_ms, id);
"""


class ReceiptInvalid(Exception):
    """The receipt handle is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as a receiver gets it. Times are in milliseconds since the epoch."""

    id: int
    message_id: str
    body: str
    attributes: str
    sent_ms: int
    first_ms: int
    receives: int

    @property
    def receipt(self) -> str:
        """Names this delivery of the message; the next delivery has another."""
        return base64.b64encode(f"{self.id}:{self.receives}".encode()).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message on its way in. `delay` is in seconds."""

    body: str
    attributes: str = "{}"
    delay: int = 0
    message_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How many messages a queue holds."""

    visible: int
    in_flight: int
    delayed: int


class Store:
    """Sends, receives and deletes in transactions."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._now = now
        self._db = sqlite3.connect(file, isolation_level=None)
        # WAL with NORMAL: a commit survives the death of the process, and costs no disk sync.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def send(self, queue: str, messages: Sequence[Sent]) -> None:
        """Keep messages; when this returns they are durable."""
        now = self._ms()
        rows = [
            (queue, queue, m.message_id, m.body, m.attributes, now, now + m.delay * 1000)
            for m in messages
        ]
        with self._transaction() as db:
            db.executemany(
                "INSERT INTO messages (queue, origin, message_id, body, attributes, sent_ms,"
                " receives, visible_ms) VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                rows,
            )

    def receive(self, queue: Queue, limit: int, visibility: int | None = None) -> list[Message]:
        """Take up to `limit` visible messages, hidden for `visibility` seconds.

        One that was received too often goes to the dead letter queue instead.
        """
        seconds = queue.visibility_timeout if visibility is None else visibility
        with self._transaction():
            while True:
                rows = self._visible(queue.name, limit)
                alive = [row for row in rows if not self._bury(queue, row)]
                if alive or not rows:
                    self._hide(alive, seconds)
                    return alive

    def delete(self, queue: str, receipts: Sequence[str]) -> None:
        """Forget delivered messages; an outdated receipt changes nothing."""
        keys = [(*_parse(receipt), queue) for receipt in receipts]
        with self._transaction() as db:
            db.executemany("DELETE FROM messages WHERE id=? AND receives=? AND queue=?", keys)

    def change_visibility(self, queue: str, receipts: Mapping[str, int]) -> None:
        """Hide delivered messages for other times, in seconds from now."""
        now = self._ms()
        keys = [(now + s * 1000, *_parse(receipt), queue) for receipt, s in receipts.items()]
        with self._transaction() as db:
            db.executemany(
                "UPDATE messages SET visible_ms=? WHERE id=? AND receives=? AND queue=?", keys
            )

    def release(self, queue: str) -> None:
        """Make every delivered, undeleted message visible: its receiver is known to be gone."""
        now = self._ms()
        self._db.execute(
            "UPDATE messages SET visible_ms=? WHERE queue=? AND receives>0 AND visible_ms>?",
            (now, queue, now),
        )

    def move(self, source: str, destination: str | None) -> dict[str, int]:
        """Move all visible messages on, or back to where they died; gives counts by queue."""
        now = self._ms()
        with self._transaction() as db:
            where = "queue=? AND visible_ms<=?"
            target = "coalesce(?, origin)"
            counted = db.execute(
                f"SELECT {target}, count(*) FROM messages WHERE {where} GROUP BY 1",  # noqa: S608 - constants
                (destination, source, now),
            ).fetchall()
            db.execute(
                f"UPDATE messages SET queue={target}, receives=0, visible_ms=? WHERE {where}",  # noqa: S608 - constants
                (destination, now, source, now),
            )
        return dict(counted)

    def purge(self, queue: str) -> None:
        """Forget every message of a queue."""
        self._db.execute("DELETE FROM messages WHERE queue=?", (queue,))

    def expire(self, queue: Queue) -> None:
        """Forget messages older than the queue's retention."""
        oldest = self._ms() - queue.retention * 1000
        self._db.execute("DELETE FROM messages WHERE queue=? AND sent_ms<?", (queue.name, oldest))

    def next_visible(self, queue: str) -> float | None:
        """Seconds until some message is visible; None when the queue is empty."""
        row = self._db.execute(
            "SELECT min(visible_ms) FROM messages WHERE queue=?", (queue,)
        ).fetchone()
        return None if row[0] is None else max(0.0, (row[0] - self._ms()) / 1000)

    def oldest_age(self, queue: str) -> float:
        """Seconds since the oldest message was sent; 0 when the queue is empty."""
        row = self._db.execute(
            "SELECT min(sent_ms) FROM messages WHERE queue=?", (queue,)
        ).fetchone()
        return 0.0 if row[0] is None else max(0.0, (self._ms() - row[0]) / 1000)

    def depth(self, queue: str) -> Depth:
        """How many messages are visible, delivered and delayed."""
        row = self._db.execute(
            "SELECT count(*), sum(visible_ms<=?), sum(visible_ms>? AND receives>0)"
            " FROM messages WHERE queue=?",
            (self._ms(), self._ms(), queue),
        ).fetchone()
        total, visible, in_flight = (int(value or 0) for value in row)
        return Depth(visible=visible, in_flight=in_flight, delayed=total - visible - in_flight)

    def _visible(self, queue: str, limit: int) -> list[Message]:
        now = self._ms()
        rows = self._db.execute(
            "SELECT id, message_id, body, attributes, sent_ms, coalesce(first_ms, ?), receives"
            " FROM messages WHERE queue=? AND visible_ms<=? ORDER BY visible_ms, id LIMIT ?",
            (now, queue, now, limit),
        )
        return [
            Message(
                id=row[0],
                message_id=row[1],
                body=row[2],
                attributes=row[3],
                sent_ms=row[4],
                first_ms=row[5],
                receives=row[6] + 1,
            )
            for row in rows
        ]

    def _bury(self, queue: Queue, message: Message) -> bool:
        if queue.dead_letter is None or message.receives <= queue.max_receive_count:
            return False
        self._db.execute(
            "UPDATE messages SET queue=?, receives=0, visible_ms=? WHERE id=?",
            (queue.dead_letter, self._ms(), message.id),
        )
        return True

    def _hide(self, messages: Sequence[Message], seconds: int) -> None:
        until = self._ms() + seconds * 1000
        self._db.executemany(
            "UPDATE messages SET receives=?, first_ms=?, visible_ms=? WHERE id=?",
            [(m.receives, m.first_ms, until, m.id) for m in messages],
        )

    @contextmanager
    def _transaction(self) -> Generator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _ms(self) -> int:
        return int(self._now().timestamp() * 1000)


def _parse(receipt: str) -> tuple[int, int]:
    try:
        identity, _, receives = base64.b64decode(receipt, validate=True).decode().partition(":")
        return int(identity), int(receives)
    except (binascii.Error, ValueError) as error:
        raise ReceiptInvalid(f"the receipt handle {receipt[:40]!r} is not valid") from error
