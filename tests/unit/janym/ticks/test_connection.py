"""One client for as long as its password holds."""

from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from janym.domain.errors import StoreAway
from janym.ticks.connection import Server

BARRED = DatabaseError("Code: 516. (AUTHENTICATION_FAILED)")
AWAY = OperationalError("Connection refused")


class Opened:
    """Counts the clients that were opened; each is its number."""

    def __init__(self) -> None:
        self.clients = 0
        self.fails: Exception | None = None

    def __call__(self) -> Any:
        if self.fails is not None:
            raise self.fails
        self.clients += 1
        return self.clients


def used(server: Server, raises: Exception | None = None) -> Any:
    with server.client() as client:
        if raises is not None:
            raise raises
        return client


@pytest.mark.parametrize("fails", [AWAY, DatabaseError("Code: 252. (TOO_MANY_PARTS)")])
def test_a_server_that_was_away_is_asked_by_the_same_client(fails: Exception) -> None:
    """S4-055: it costs nothing that it was away but the time."""
    opened = Opened()
    server = Server(opened)
    used(server)

    with pytest.raises(StoreAway):
        used(server, fails)

    assert (used(server), opened.clients) == (1, 1)


def test_a_password_that_was_replaced_is_asked_for_anew() -> None:
    opened = Opened()
    server = Server(opened)
    used(server)

    with pytest.raises(StoreAway, match="password"):
        used(server, BARRED)

    assert used(server) == 2


def test_a_client_that_cannot_be_opened_is_opened_later() -> None:
    opened = Opened()
    server = Server(opened)
    opened.fails = AWAY
    with pytest.raises(StoreAway):
        used(server)
    opened.fails = None

    assert used(server) == 1


def test_what_is_wrong_with_a_statement_is_no_absence() -> None:
    server = Server(Opened())

    with pytest.raises(DatabaseError, match="UNKNOWN_IDENTIFIER"):
        used(server, DatabaseError("Code: 47. (UNKNOWN_IDENTIFIER)"))

    assert used(server) == 1
