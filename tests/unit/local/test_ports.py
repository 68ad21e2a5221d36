"""Which ports a stack takes."""

import contextlib
import socket
from collections.abc import Generator

import pytest

from local import ports
from local.ports import Reservation


@pytest.fixture
def taken() -> Generator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def reservation() -> Generator[Reservation]:
    with contextlib.closing(Reservation()) as held:
        yield held


def test_last_times_port_is_taken_again(reservation: Reservation) -> None:
    free = ports.free()

    assert ports.choose(["api"], asked={}, remembered={"api": free}, reservation=reservation) == {
        "api": free
    }


def test_last_times_port_is_left_when_somebody_has_it(taken: int, reservation: Reservation) -> None:
    chosen = ports.choose(["api"], asked={}, remembered={"api": taken}, reservation=reservation)

    assert chosen["api"] != taken
    assert ports.is_free(chosen["api"])


def test_an_asked_port_goes_before_a_remembered_one(reservation: Reservation) -> None:
    asked, remembered = ports.free(), ports.free()

    chosen = ports.choose(
        ["api"], asked={"api": asked}, remembered={"api": remembered}, reservation=reservation
    )

    assert chosen == {"api": asked}


def test_an_asked_port_in_use_is_refused_by_name(taken: int, reservation: Reservation) -> None:
    with pytest.raises(ports.Taken, match=f"port {taken}, asked for api, is in use"):
        ports.choose(["api"], asked={"api": taken}, remembered={}, reservation=reservation)


def test_one_port_is_not_given_twice(reservation: Reservation) -> None:
    free = ports.free()

    chosen = ports.choose(
        ["api", "broker"], asked={"broker": free}, remembered={"api": free}, reservation=reservation
    )

    assert chosen["broker"] == free
    assert chosen["api"] != free


def test_two_names_may_not_ask_for_one_port(reservation: Reservation) -> None:
    free = ports.free()

    with pytest.raises(ports.Taken, match="asked for broker"):
        ports.choose(
            ["api", "broker"],
            asked={"api": free, "broker": free},
            remembered={},
            reservation=reservation,
        )


def test_what_one_stack_has_chosen_no_other_chooses(reservation: Reservation) -> None:
    """Two checkouts that start at once: no server listens yet, and still they differ."""
    first = ports.choose(["api"], asked={}, remembered={}, reservation=reservation)
    with contextlib.closing(Reservation()) as other:
        second = ports.choose(["api"], asked={}, remembered=first, reservation=other)
        with pytest.raises(ports.Taken):
            ports.choose(["api"], asked=first, remembered={}, reservation=other)

    assert second["api"] != first["api"]
    reservation.close()
    with contextlib.closing(Reservation()) as later:
        assert later.take(first["api"])
