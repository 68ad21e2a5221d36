"""Which ports a stack takes."""

import socket
from collections.abc import Generator

import pytest

from local import ports


@pytest.fixture
def taken() -> Generator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_last_times_port_is_taken_again() -> None:
    free = ports.free()

    assert ports.choose(["api"], asked={}, remembered={"api": free}) == {"api": free}


def test_last_times_port_is_left_when_somebody_has_it(taken: int) -> None:
    chosen = ports.choose(["api"], asked={}, remembered={"api": taken})

    assert chosen["api"] != taken
    assert ports.is_free(chosen["api"])


def test_an_asked_port_goes_before_a_remembered_one() -> None:
    asked, remembered = ports.free(), ports.free()

    chosen = ports.choose(["api"], asked={"api": asked}, remembered={"api": remembered})

    assert chosen == {"api": asked}


def test_an_asked_port_in_use_is_refused_by_name(taken: int) -> None:
    with pytest.raises(ports.Taken, match=f"port {taken}, asked for api, is in use"):
        ports.choose(["api"], asked={"api": taken}, remembered={})


def test_one_port_is_not_given_twice() -> None:
    free = ports.free()

    chosen = ports.choose(["api", "broker"], asked={"broker": free}, remembered={"api": free})

    assert chosen["broker"] == free
    assert chosen["api"] != free


def test_two_names_may_not_ask_for_one_port() -> None:
    free = ports.free()

    with pytest.raises(ports.Taken, match="asked for broker"):
        ports.choose(["api", "broker"], asked={"api": free, "broker": free}, remembered={})
