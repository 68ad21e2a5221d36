"""Each error has its status, in one table."""

import json
from datetime import timedelta

import pytest

from janym.api import problems
from janym.domain import errors
from janym.domain.errors import FieldError, JanymError


def every(kind: type[JanymError]) -> set[type[JanymError]]:
    return {kind}.union(*(every(below) for below in kind.__subclasses__()))


MADE: list[tuple[JanymError, int, str]] = [
    (errors.InvalidInput(FieldError(field="a", reason="b")), 422, "INVALID_INPUT"),
    (errors.KeyCanWithdraw(FieldError(field="a", reason="b")), 422, "KEY_CAN_WITHDRAW"),
    (errors.KeyCannotTrade(FieldError(field="a", reason="b")), 422, "KEY_CANNOT_TRADE"),
    (errors.NotFound("bot", 1), 404, "NOT_FOUND"),
    (errors.Forbidden("no"), 403, "FORBIDDEN"),
    (errors.NotAMember("no"), 403, "NOT_A_MEMBER"),
    (errors.Conflict("BOT_RUNNING", "no"), 409, "BOT_RUNNING"),
    (errors.IllegalTransition("bot", "a", "b"), 409, "ILLEGAL_TRANSITION"),
    (errors.AlreadyExists("label", "x"), 409, "ALREADY_EXISTS"),
    (errors.KeyReused("k"), 409, "IDEMPOTENCY_KEY_REUSED"),
    (errors.VenueRefused("binance", "-1", "no"), 422, "VENUE_REFUSED"),
    (errors.VenueMaintenance("no"), 503, "VENUE_MAINTENANCE"),
    (errors.KeyAccessDenied("no"), 403, "KEY_ACCESS_DENIED"),
    (errors.Unavailable("no"), 503, "UNAVAILABLE"),
    (errors.TooManyRequests(60, timedelta(seconds=2)), 429, "RATE_LIMITED"),
    (errors.NotYet("no"), 425, "NOT_YET"),
    (errors.LaunchNotReady("no"), 425, "LAUNCH_NOT_READY"),
    (errors.StoreAway("no"), 503, "STORE_AWAY"),
    (errors.OutcomeUnknown("no"), 503, "OUTCOME_UNKNOWN"),
    (errors.Refused("no"), 422, "REFUSED"),
    (errors.JanymError("no"), 500, "ERROR"),
    (problems.MalformedBody("no"), 400, "MALFORMED_BODY"),
    (problems.UnsupportedContentType("no"), 415, "UNSUPPORTED_CONTENT_TYPE"),
    (problems.BodyTooLarge("no"), 413, "BODY_TOO_LARGE"),
]


@pytest.mark.parametrize(("error", "status", "code"), MADE, ids=lambda each: type(each).__name__)
def test_an_error_is_a_problem(error: JanymError, status: int, code: str) -> None:
    answer = problems.of(error)

    body = json.loads(answer.body or "")
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["detail"] == str(error)
    assert answer.content_type == "application/problem+json"


def test_no_error_of_the_library_is_left_out() -> None:
    ours = {
        kind
        for kind in every(JanymError)
        if kind.__module__ in {errors.__name__, problems.__name__}
    }

    assert ours == {type(error) for error, _, _ in MADE}


@pytest.mark.parametrize("fault", errors.VenueFault)
def test_what_a_venue_holds_against_a_key_has_a_code_of_its_own(fault: errors.VenueFault) -> None:
    """S0-030."""
    answer = problems.of(errors.VenueRefused("binance", "-1", "no", fault))

    assert (answer.status_code, json.loads(answer.body or "")["code"]) == (422, fault.value)


def test_who_may_try_again_is_told_when() -> None:
    answer = problems.of(errors.StoreAway("no", retry_after_s=7))

    assert answer.headers["Retry-After"] == "7"
    assert "Retry-After" not in problems.of(errors.Forbidden("no")).headers


def test_each_wrong_field_is_named() -> None:
    wrong = errors.InvalidInput(
        FieldError(field="config.bid_spread", reason="too small"),
        FieldError(field="name", reason="is required"),
    )

    assert json.loads(problems.of(wrong).body or "")["errors"] == [
        {"field": "config.bid_spread", "reason": "too small"},
        {"field": "name", "reason": "is required"},
    ]
