"""A request that comes twice acts once."""

from typing import Any

import pytest

from tests.fakes.functions import Functions
from tests.fakes.world import ACME, EVE

HEADERS = {"idempotency-key": "7b0e"}


@pytest.fixture
def start(functions: Functions) -> str:
    return f"POST /api/bots/{functions.world.stopped_bot().id}/start"


def test_the_same_request_gets_the_same_answer(functions: Functions, start: str) -> None:
    first = functions.http(start, headers=HEADERS)
    second = functions.http(start, headers=HEADERS)

    assert (first.status, second.status) == (202, 202)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(functions.world.units.tables.commands) == 1


def test_the_same_key_with_another_body_is_refused(functions: Functions, start: str) -> None:
    functions.http(start, headers=HEADERS)
    answer = functions.http(start, {"log_level": "DEBUG"}, headers=HEADERS)

    assert (answer.status, answer.json["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert len(functions.world.units.tables.commands) == 1


def test_a_key_belongs_to_its_route(functions: Functions, start: str) -> None:
    functions.http(start, headers=HEADERS)
    answer = functions.http(start.replace("/start", "/stop"), headers=HEADERS)

    assert (answer.status, answer.json["kind"]) == (202, "stop")


def test_a_refusal_is_not_kept(functions: Functions, start: str) -> None:
    functions.http(start)
    assert functions.http(start, headers=HEADERS).status == 409
    functions.http(start.replace("/start", "/stop"))

    assert functions.http(start, headers=HEADERS).status == 202


def test_without_a_key_each_request_acts(functions: Functions, start: str) -> None:
    stop = start.replace("/start", "/stop")

    assert functions.http(stop).json["command_id"] != functions.http(stop).json["command_id"]


@pytest.mark.parametrize("key", ["", "x" * 201, "ключ", "a\tb"])
def test_a_key_that_is_none(functions: Functions, start: str, key: str) -> None:
    answer = functions.http(start, headers={"idempotency-key": key})

    assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])


def test_a_credential_is_stored_once_and_the_venue_asked_once(functions: Functions) -> None:
    functions.world.create_organization()
    body: dict[str, Any] = {"exchange": "binance", "api_key": "canary-key", "api_secret": "canary"}
    call = "POST /api/exchanges/credentials"

    first = functions.http(call, body, headers=HEADERS)
    second = functions.http(call, body, headers=HEADERS)

    assert (first.status, first.json) == (201, second.json)
    assert len(functions.world.venue.asked_with) == 1
    assert "canary" not in repr(functions.world.units.tables.answers)


def test_another_organizations_key_is_another(functions: Functions) -> None:
    """S0-141."""
    world = functions.world
    world.create_organization()
    world.create_organization(EVE)
    body = {"exchange": "binance", "api_key": "k", "api_secret": "s"}
    call = "POST /api/exchanges/credentials"

    ours = functions.http(call, body, headers=HEADERS)
    theirs = functions.http(call, body, headers=HEADERS, caller=EVE)

    assert ours.json["credential_id"] != theirs.json["credential_id"]
    assert {each.organization for each in world.units.tables.credentials.values()} == {
        ACME,
        EVE.organization,
    }
