"""Tasks and undelivered events on disk: the task runner may die and come back to them."""

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from local.aws.ecs_task import Task
from local.aws.stack import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, record TEXT NOT NULL, stopped REAL);
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, task TEXT NOT NULL, event TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """An event that nobody has taken yet."""

    seq: int
    task: str
    event: str


class Journal:
    """What must outlive the process."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, isolation_level=None)
        file.chmod(0o600)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def tasks(self) -> list[Task]:
        """Every task that is remembered."""
        rows = self._db.execute("SELECT record FROM tasks ORDER BY rowid").fetchall()
        return [Task.of(json.loads(row[0])) for row in rows]

    def keep(self, task: Task, event: Json | None = None) -> None:
        """Write a task's record and the event of its change, both or neither."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(
            "INSERT INTO tasks (id, record, stopped) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET record=excluded.record, stopped=excluded.stopped",
            (task.id, json.dumps(task.record()), task.stopped),
        )
        if event is not None:
            self._db.execute(
                "INSERT INTO events (task, event) VALUES (?, ?)", (task.id, json.dumps(event))
            )
        self._db.execute("COMMIT")

    def undelivered(self) -> list[Undelivered]:
        """The oldest waiting event of each task, oldest first."""
        rows = self._db.execute(
            "SELECT seq, task, event FROM events"
            " WHERE seq IN (SELECT min(seq) FROM events GROUP BY task) ORDER BY seq"
        ).fetchall()
        return [Undelivered(seq=row[0], task=row[1], event=row[2]) for row in rows]

    def delivered(self, seq: int) -> None:
        """Forget an event."""
        self._db.execute("DELETE FROM events WHERE seq=?", (seq,))

    def forget(self, before: float) -> list[str]:
        """Drop tasks that stopped before a moment and are fully reported; gives their ids."""
        rows = self._db.execute(
            "DELETE FROM tasks WHERE stopped < ? AND id NOT IN (SELECT task FROM events)"
            " RETURNING id",
            (before,),
        ).fetchall()
        return [str(row[0]) for row in rows]
