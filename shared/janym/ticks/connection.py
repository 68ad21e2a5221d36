"""A client of ClickHouse, and what its errors mean to us."""

from collections.abc import Callable, Generator
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
)  # fmt: skip
"""Errors that pass.

https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp
"""


_BARRED = "(AUTHENTICATION_FAILED)"
"""It passes too: a password is wrong while it is being replaced."""


class _Barred(StoreAway):
    """The server does not know our password."""


class Server:
    """One client, kept for as long as the server knows its password.

    A server that was away is the same afterwards. A new client costs a thousand settings that it
    asks for, when the server has the least time for them.

    Args:
        connect: gives a client with the password of the moment; called when first needed.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._client: Any = None

    @contextmanager
    def client(self) -> Generator[Any]:
        """Lend the client.

        Raises:
            StoreAway: the server does not answer, or asks for patience; asking again is safe.
        """
        try:
            with translated():
                if self._client is None:
                    self._client = self._connect()
                yield self._client
        except _Barred:
            self._client = None
            raise


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
        if _BARRED in str(error):
            raise _Barred(f"ClickHouse does not know our password: {error}") from error
        if any(name in str(error) for name in _PASSING):
            raise StoreAway(f"ClickHouse cannot serve us now: {error}") from error
        raise
