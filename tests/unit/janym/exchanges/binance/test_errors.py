"""Which answers say no, which ask for patience, and which say nothing."""

import json

import pytest

from janym.domain.errors import (
    OutcomeUnknown,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
from janym.exchanges.binance import errors


def body(code: object, message: str = "why") -> bytes:
    return json.dumps({"code": code, "msg": message}).encode()


@pytest.mark.parametrize("code", [-1022, -1121, -2010, -2014, -2015, -1021])
def test_a_refusal_keeps_the_venues_code_and_words(code: int) -> None:
    found = errors.problem(400, {}, body(code, "Invalid symbol."))

    assert isinstance(found, VenueRefused)
    assert (found.venue_code, found.reason) == (str(code), "Invalid symbol.")
    assert errors.is_code(found, code)


@pytest.mark.parametrize("code", errors.UNCERTAIN)
def test_a_code_that_does_not_know_is_unknown(code: int) -> None:
    """K-16."""
    assert isinstance(errors.problem(400, {}, body(code)), OutcomeUnknown)


@pytest.mark.parametrize("code", errors.BUSY)
def test_a_busy_venue_did_nothing(code: int) -> None:
    assert type(errors.problem(400, {}, body(code))) is Unavailable


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, body(-1121)),
        (503, b"Service Unavailable"),
        (403, b"<html>forbidden</html>"),
        (302, b""),
        (400, b"[]"),
        (400, b'{"code": "x"}'),
        (400, b"\xff"),
    ],
)
def test_an_answer_not_in_its_own_words_is_unknown(status: int, content: bytes) -> None:
    assert isinstance(errors.problem(status, {}, content), OutcomeUnknown)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"retry-after": "30"}, 30), ({}, errors.PATIENCE_S), ({"retry-after": "soon"}, 10)],
)
@pytest.mark.parametrize("status", [418, 429])
def test_patience_is_as_long_as_asked(status: int, headers: dict[str, str], seconds: int) -> None:
    found = errors.problem(status, headers, body(-1003))

    assert type(found) is Unavailable
    assert found.retry_after_s == seconds


@pytest.mark.parametrize(("code", "fault"), errors.FAULTS.items())
def test_what_is_held_against_a_key_is_told_in_one_vocabulary(code: int, fault: VenueFault) -> None:
    """S0-030."""
    found = errors.problem(400, {}, body(code))

    assert isinstance(found, VenueRefused)
    assert (found.fault, found.code) == (fault, fault.value)


@pytest.mark.parametrize(
    "content", [b"<html>", body(0, "Service unavailable from a restricted location")]
)
def test_a_region_that_is_not_served_is_a_refusal(content: bytes) -> None:
    found = errors.problem(451, {}, content)

    assert isinstance(found, VenueRefused)
    assert found.fault is VenueFault.REGION_BLOCKED


def test_a_closed_exchange_may_be_asked_again() -> None:
    """K-16: whether an order went in is as unknown as after any other 5xx."""
    found = errors.problem(503, {}, body(-1016))

    assert isinstance(found, VenueMaintenance)
    assert isinstance(found, OutcomeUnknown)
    assert found.retry_after_s == 60
