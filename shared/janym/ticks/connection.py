"""A client of ClickHouse, and what its errors mean to us."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from janym.domain.errors import StoreAway

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60

_PASSING = (
    "Code: 159.",  # TIMEOUT_EXCEEDED
    "Code: 202.",  # TOO_MANY_SIMULTANEOUS_QUERIES
    "Code: 209.",  # SOCKET_TIMEOUT
    "Code: 210.",  # NETWORK_ERROR
    "Code: 241.",  # MEMORY_LIMIT_EXCEEDED
    "Code: 242.",  # TABLE_IS_READ_ONLY
    "Code: 252.",  # TOO_MANY_PARTS
    "Code: 999.",  # KEEPER_EXCEPTION
)


def connect(url: str, *, user: str, password: str, database: str) -> Any:
    """Open a client; its results are not typed, so it is named no closer.

    Raises:
        StoreAway: the server does not answer, or does not let us in.
    """
    untyped: Any = clickhouse_connect.__dict__
    with translated():
        return untyped["get_client"](
            dsn=f"{url.rstrip('/')}/{database}",
            username=user,
            password=password,
            connect_timeout=CONNECT_TIMEOUT_S,
            send_receive_timeout=READ_TIMEOUT_S,
            autogenerate_session_id=False,
        )


@contextmanager
def translated() -> Generator[None]:
    """Turn the driver's errors into ours.

    Raises:
        StoreAway: the server does not answer, or asks for patience; storing again is safe.
    """
    try:
        yield
    except OperationalError as error:
        raise StoreAway(f"ClickHouse does not answer: {error}") from error
    except DatabaseError as error:
        if str(error).startswith(_PASSING) or any(code in str(error) for code in _PASSING):
            raise StoreAway(f"ClickHouse cannot serve us now: {error}") from error
        raise
