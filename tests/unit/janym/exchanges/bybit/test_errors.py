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
from janym.exchanges.bybit import errors


def body(code: object, message: str = "why", **more: object) -> bytes:
    return json.dumps({"retCode": code, "retMsg": message, "result": {}, **more}).encode()


def test_a_good_answer_is_its_result() -> None:
    answer = b'{"retCode": 0, "retMsg": "OK", "result": {"list": []}, "time": 1}'

    assert errors.result(200, {}, answer) == {"list": []}


@pytest.mark.parametrize("code", sorted(errors.DEFINITE))
def test_a_refusal_keeps_the_venues_code_and_words(code: int) -> None:
    with pytest.raises(VenueRefused) as refused:
        errors.result(200, {}, body(code, "Invalid symbol."))

    assert (refused.value.venue_code, refused.value.reason) == (str(code), "Invalid symbol.")
    assert errors.is_code(refused.value, 1, code)


@pytest.mark.parametrize(
    "code",
    [
        *(10000, 10014, 10016, 10019, 10429, 500000, 110072, 110079),
        *(170001, 170007, 170032, 170035, 170141, 170146, -1, 987654),
    ],
)
def test_a_code_that_is_not_known_to_be_a_refusal_is_unknown(code: int) -> None:
    """K-16: a list of refusals, for a list of doubts would miss one."""
    with pytest.raises(OutcomeUnknown):
        errors.result(200, {}, body(code))


@pytest.mark.parametrize("code", errors.BUSY)
def test_a_busy_venue_did_nothing(code: int) -> None:
    with pytest.raises(Unavailable) as met:
        errors.result(200, {}, body(code))

    assert (type(met.value), met.value.retry_after_s) == (Unavailable, errors.PATIENCE_S)


@pytest.mark.parametrize(("reset", "seconds"), [("18000", 17), ("1001", 1), ("900", 1)])
def test_patience_lasts_until_the_limits_window_ends(reset: str, seconds: int) -> None:
    with pytest.raises(Unavailable) as met:
        errors.result(200, {errors.RESET_HEADER: reset}, body(10006, time=1000))

    assert met.value.retry_after_s == seconds


@pytest.mark.parametrize(("content", "code"), [(b"", "401"), (body(33004), "33004")])
def test_a_key_that_the_gateway_refuses_is_a_refusal(content: bytes, code: str) -> None:
    with pytest.raises(VenueRefused) as refused:
        errors.result(401, {}, content)

    assert refused.value.venue_code == code


def test_a_banned_address_waits_ten_minutes() -> None:
    with pytest.raises(Unavailable) as met:
        errors.result(403, {}, b"access too frequent")

    assert met.value.retry_after_s == 600


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (500, body(170213)),
        (503, b"Service Unavailable"),
        (429, body(10003)),
        (302, b""),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"retCode": 0}'),
        (200, b'{"retCode": "x", "result": {}}'),
        (200, b"\xff"),
    ],
)
def test_an_answer_not_in_its_own_words_is_unknown(status: int, content: bytes) -> None:
    with pytest.raises(OutcomeUnknown):
        errors.result(status, {}, content)


@pytest.mark.parametrize(("code", "fault"), errors.FAULTS.items())
def test_what_is_held_against_a_key_is_told_in_one_vocabulary(code: int, fault: VenueFault) -> None:
    """S0-030."""
    with pytest.raises(VenueRefused) as refused:
        errors.result(200, {}, body(code))

    assert (refused.value.fault, refused.value.code) == (fault, fault.value)


def test_a_closed_exchange_may_be_asked_again() -> None:
    """K-16: whether an order went in is as unknown as after any other 5xx."""
    with pytest.raises(VenueMaintenance) as met:
        errors.result(503, {}, body(10016))

    assert met.value.retry_after_s == 60
