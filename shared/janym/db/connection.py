"""Connections to PostgreSQL, and transactions on them."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow, namedtuple_row

from janym.domain.errors import FieldError, InvalidInput, StoreAway

Connection = psycopg.Connection[TupleRow]
Parameters = Sequence[Any] | dict[str, Any]
Query = LiteralString | sql.Composed

PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}
"""How long a server may be silent before it counts as away: seconds, the last in milliseconds."""

STATEMENT_TIMEOUT_MS = 25_000
"""Below the API's thirty seconds, so that an answer still goes out."""

IDLE_TIMEOUT_MS = 60_000
"""A transaction whose process was frozen or lost lets go of its locks after this long."""


class Database:
    """One address. Connections are kept for the next transaction, as many as ran at once.

    Args:
        url: a libpq URL, `postgresql://role@host:5432/name?sslmode=require`.
        token: gives a password for each new connection, where the URL has none.
    """

    def __init__(self, url: str, *, token: Callable[[], str] | None = None) -> None:
        self._url = url
        self._token = token
        self._idle: list[Connection] = []

    def connect(self) -> Connection:
        """Open a connection that belongs to the caller.

        No statement is prepared by name and no setting outlives a transaction, so a connection
        behind a pooling proxy is never pinned.

        Raises:
            StoreAway: the server does not answer, or does not let us in.
        """
        address = make_conninfo(self._url, **PATIENCE)
        if self._token:
            address = make_conninfo(address, password=self._token())
        try:
            connection = psycopg.connect(address, prepare_threshold=None)
        except psycopg.OperationalError as error:
            raise StoreAway(f"PostgreSQL does not answer: {error}") from error
        return connection

    @contextmanager
    def transaction(self, organization: str | None) -> Generator["Transaction"]:
        """Run a transaction; what is not committed at the end is rolled back."""
        transaction = Transaction(self, organization)
        try:
            yield transaction
        finally:
            transaction.close()

    def take(self) -> Connection:
        """Give a connection, an idle one where there is one; `keep` takes it back."""
        try:
            return self._idle.pop()
        except IndexError:  # asking first would let another thread take it in between
            return self.connect()

    def keep(self, connection: Connection) -> None:
        """Keep a connection for the next taker, unless it is broken."""
        if connection.closed or connection.broken:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()


class Transaction:
    """Statements that count together. After a commit the next one begins by itself."""

    def __init__(self, database: Database, organization: str | None) -> None:
        self.organization = organization
        self._database = database
        self._connection: Connection | None = None

    def run(self, statement: Query, parameters: Parameters = ()) -> psycopg.Cursor[Any]:
        """Execute a statement; rows have their columns as attributes.

        Raises:
            StoreAway: the server does not answer, or gave up; nothing was consumed.
            InvalidInput: a value is none that PostgreSQL can hold.
        """
        with _translated():
            return self._begun().execute(statement, parameters)

    def one(self, statement: Query, parameters: Parameters = ()) -> Any | None:
        """Execute a statement and give its first row, or None."""
        return self.run(statement, parameters).fetchone()

    def all(self, statement: Query, parameters: Parameters = ()) -> list[Any]:
        """Execute a statement and give its rows."""
        return self.run(statement, parameters).fetchall()

    def commit(self) -> None:
        """Make everything so far true at once.

        Raises:
            StoreAway: the server did not confirm it.
        """
        if self._connection is not None:
            with _translated():
                self._connection.commit()
            self._release()

    def close(self) -> None:
        """Roll back what was not committed."""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
        except psycopg.OperationalError:
            self._connection.close()  # the server rolls back what it cannot hear of any more
        self._release()

    def _begun(self) -> psycopg.Cursor[Any]:
        if self._connection is None:
            self._connection = self._begin()
        return self._connection.cursor(row_factory=namedtuple_row)

    def _begin(self) -> Connection:
        """Take a connection and name the organization; a kept one that died is replaced."""
        connection = self._database.take()
        try:
            self._name_organization(connection)
        except psycopg.OperationalError:
            connection.close()
            connection = self._database.connect()
            self._name_organization(connection)
        return connection

    def _name_organization(self, connection: Connection) -> None:
        connection.execute(
            "SELECT set_config('app.org_id', %s, true), set_config('TimeZone', 'UTC', true),"
            " set_config('statement_timeout', %s, true),"
            " set_config('idle_in_transaction_session_timeout', %s, true)",
            (self.organization or "", str(STATEMENT_TIMEOUT_MS), str(IDLE_TIMEOUT_MS)),
        )

    def _release(self) -> None:
        if self._connection is not None:
            self._database.keep(self._connection)
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreAway(f"PostgreSQL did not carry it out: {error}") from error
    except psycopg.DataError as error:
        reason = f"holds a value that cannot be stored: {error}"
        raise InvalidInput(FieldError(field="body", reason=reason)) from error
