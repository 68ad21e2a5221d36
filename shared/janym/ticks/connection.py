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
    "(TIMEOUT_EXCEEDED)", "(TOO_MANY_SIMULTANEOUS_QUERIES)", "(SOCKET_TIMEOUT)", "(NETWORK_ERROR)",
    "(MEMORY_LIMIT_EXCEEDED)", "(TABLE_IS_READ_ONLY)", "(TOO_MANY_PARTS)", "(KEEPER_EXCEPTION)",
    "(AUTHENTICATION_FAILED)",
)  # fmt: skip
"""Errors that pass: a password is wrong while it is being replaced.

https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
"""


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
        if any(name in str(error) for name in _PASSING):
            raise StoreAway(f"ClickHouse cannot serve us now: {error}") from error
        raise
