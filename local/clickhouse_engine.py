"""One in-process ClickHouse engine, shared by many threads.

`USE` and `SET` belong to a connection of the engine, so each thread keeps a connection for each of
the few last pairs of database and settings it was asked for.
"""

import importlib
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Two distributions own chdb's first file, one typed, one not; the installer's order decides.
chdb: Any = importlib.import_module("chdb")

_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_INSERT = re.compile(rb"\s*INSERT\b", re.IGNORECASE)
_INSERT_WITH_FORMAT = re.compile(rb"(\s*INSERT\b[^\n]*?\bFORMAT\s+\w+)[ \t]*\r?\n", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)")
_DEFAULT_FORMAT = "TabSeparated"
_UNKNOWN = 1002
_KEPT_PER_THREAD = 4
"""Settings may differ with each insert: its deduplication token is one of them."""


class Refused(Exception):
    """The engine refused a statement."""

    def __init__(self, message: str) -> None:
        found = _CODE.search(message)
        super().__init__(message[message.find("Code:") :] if found else message)
        self.code = int(found.group(1)) if found else _UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement with all it runs under. `data` is the body of an INSERT in its format."""

    sql: bytes
    data: bytes = b""
    database: str = "default"
    settings: tuple[tuple[str, str], ...] = ()
    parameters: Mapping[str, str]
    default_format: str = _DEFAULT_FORMAT


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a statement gave, encoded in `format`."""

    content: bytes
    format: str
    read_rows: int
    written_rows: int
    elapsed_ns: int


def split(query: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Tell the statement from the rows that follow it.

    Clients send a statement in the URL and rows in the body, or both in the body, parted by the
    line break after `FORMAT name`.
    """
    if query:
        return (query, body) if _INSERT.match(query) else (query + b"\n" + body, b"")
    found = _INSERT_WITH_FORMAT.match(body)
    return (found.group(1), body[found.end() :]) if found else (body, b"")


class Engine:
    """The engine of one data folder; it takes the folder for this process alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = str(folder)
        self._keeper = chdb.connect(self._folder)
        self._mine = threading.local()

    def create_database(self, name: str) -> None:
        """Make an Atomic database: the engine's own default is not, and lacks features."""
        self._keeper.query(f"CREATE DATABASE IF NOT EXISTS `{name}` ENGINE = Atomic")

    def run(self, statement: Statement) -> Answer:
        """Execute a statement on this thread's connection.

        Raises:
            Refused: the engine's message and code.
        """
        try:
            connection = self._connection(statement.database, statement.settings)
            if statement.data:
                return self._insert(connection, statement)
            return self._query(connection, statement)
        except (RuntimeError, chdb.ChdbError) as error:
            raise Refused(str(error)) from error

    def forget_thread(self) -> None:
        """Close this thread's connections; its client has gone."""
        for connection in self._connections().values():
            connection.close()
        self._connections().clear()

    def _query(self, connection: Any, statement: Statement) -> Answer:
        found = _FORMAT.search(statement.sql)
        name = found.group(1).decode() if found else statement.default_format
        sql = (_FORMAT.sub(b"", statement.sql) if found else statement.sql).decode()
        if statement.parameters:
            result = connection.query(sql, name, params=dict(statement.parameters))
        else:
            result = connection.query(sql, name)
        return _answer(result, name, written=0)

    def _insert(self, connection: Any, statement: Statement) -> Answer:
        found = _FORMAT.search(statement.sql)
        name = found.group(1).decode() if found else "Values"
        head = _FORMAT.sub(b"", statement.sql).decode()
        with tempfile.NamedTemporaryFile(suffix=".rows") as file:
            file.write(statement.data)
            file.flush()
            result = connection.query(
                f"{head} FROM INFILE {_quoted(file.name)} COMPRESSION 'none' FORMAT {name}"
            )
        return _answer(result, name, written=result.rows_read())

    def _connections(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], Any]:
        try:
            return self._mine.connections
        except AttributeError:
            mine: dict[tuple[str, tuple[tuple[str, str], ...]], Any] = {}
            self._mine.connections = mine
            return mine

    def _connection(self, database: str, settings: tuple[tuple[str, str], ...]) -> Any:
        held = self._connections()
        connection = held.pop((database, settings), None)
        if connection is None:
            connection = chdb.connect(self._folder)
            try:
                connection.query(f"USE `{database.replace('`', '')}`")
                for name, value in settings:
                    connection.query(f"SET {_setting(name)} = {_quoted(value)}")
            except BaseException:
                connection.close()
                raise
            if len(held) >= _KEPT_PER_THREAD:
                held.pop(next(iter(held))).close()
        held[(database, settings)] = connection
        return connection


def _answer(result: Any, name: str, *, written: int) -> Answer:
    return Answer(
        content=result.bytes() or b"",
        format=name,
        read_rows=result.storage_rows_read(),
        written_rows=written,
        elapsed_ns=int(result.elapsed() * 1e9),
    )


def _setting(name: str) -> str:
    if not re.fullmatch(r"\w+", name):
        raise Refused(f"Code: 115. DB::Exception: {name!r} is no setting's name")
    return name


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
