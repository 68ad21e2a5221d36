"""Bad input over HTTP: a clear problem that names the field, and nothing stored."""

from typing import Any
from uuid import uuid4

import pytest

from janym.domain.errors import OutcomeUnknown, VenueRefused
from tests.fakes.functions import Functions
from tests.fakes.world import CONFIG

PROBLEM = "application/problem+json"
KEY = {"exchange": "binance", "api_key": "key-abcd", "api_secret": "secret"}


@pytest.fixture
def bot(functions: Functions) -> dict[str, Any]:
    """A body that creates a bot."""
    functions.world.create_organization()
    credential = functions.world.create_credential()
    return {
        "name": "maker",
        "strategy_type": "pure_market_making",
        "exchange": "binance",
        "trading_pair": "ETH-USDT",
        "credential_id": str(credential.id),
        "config": CONFIG,
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{not json",
        b'"a string"',
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"config": NaN}',
        b'{"config": 1e999999999}',
        b'{"config": ' + b"[" * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object(
    functions: Functions, bot: dict[str, Any], raw: bytes
) -> None:
    before = functions.world.units.tables.copy()
    answer = functions.http("POST /api/bots", raw=raw)

    assert (answer.status, answer.json["code"]) == (400, "MALFORMED_BODY"), answer.text
    assert answer.headers["Content-Type"] == PROBLEM
    assert functions.world.units.tables == before
    assert bot


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type(functions: Functions, bot: dict[str, Any], content_type: str) -> None:
    answer = functions.http("POST /api/bots", bot, headers={"content-type": content_type})

    assert (answer.status, answer.json["code"]) == (415, "UNSUPPORTED_CONTENT_TYPE")
    assert functions.world.units.tables.bots == {}


def test_a_charset_beside_the_content_type_is_fine(
    functions: Functions, bot: dict[str, Any]
) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}

    assert functions.http("POST /api/bots", bot, headers=headers).status == 201


def test_a_body_that_is_too_large(functions: Functions, bot: dict[str, Any]) -> None:
    answer = functions.http("POST /api/bots", bot | {"name": "x" * 300_000})

    assert (answer.status, answer.json["code"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"surprise": 1}, "surprise"),
        ({"name": 5}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"strategy_type": "grid_trading"}, "strategy_type"),
        ({"exchange": "nasdaq"}, "exchange"),
        ({"exchange": "Bin ance"}, "exchange"),
        ({"environment": "moon"}, "environment"),
        ({"environment": "live"}, "environment"),
        ({"trading_pair": "ETHUSDT"}, "trading_pair"),
        ({"trading_pair": "ETH-EUR"}, "trading_pair"),
        ({"trading_pair": "eth-usdt"}, "trading_pair"),
        ({"credential_id": "mine"}, "credential_id"),
        ({"credential_id": str(uuid4())}, "credential_id"),
        ({"config": []}, "config"),
        ({"config": CONFIG | {"bid_spread": "-0.001"}}, "config.bid_spread"),
        ({"config": CONFIG | {"bid_spread": -0.001}}, "config.bid_spread"),
        ({"config": CONFIG | {"bid_spread": "wide"}}, "config.bid_spread"),
        ({"config": CONFIG | {"api_secret": "x"}}, "config.api_secret"),
    ],
)
def test_a_wrong_field_is_named(
    functions: Functions, bot: dict[str, Any], wrong: dict[str, Any], field: str
) -> None:
    """S2-063, S0-110."""
    answer = functions.http("POST /api/bots", bot | wrong)

    assert (answer.status, answer.json["code"]) == (422, "INVALID_INPUT"), answer.text
    assert answer.fields == [field]
    assert functions.world.units.tables.bots == {}


def test_every_missing_field_is_named(functions: Functions) -> None:
    answer = functions.http("POST /api/bots", {})

    assert sorted(answer.fields) == [
        "config", "credential_id", "exchange", "name", "strategy_type", "trading_pair",
    ]  # fmt: skip
    assert {error["reason"] for error in answer.json["errors"]} == {"is required"}


def test_numbers_of_a_configuration_keep_every_digit(
    functions: Functions, bot: dict[str, Any]
) -> None:
    """K-12."""
    raw = (
        b'{"name": "m", "strategy_type": "pure_market_making", "exchange": "binance",'
        b' "trading_pair": "ETH-USDT", "credential_id": "%s",'
        b' "config": {"bid_spread": 0.001000000000001, "ask_spread": "0.001",'
        b' "order_amount": 1E-1, "order_refresh_time": 15}}' % bot["credential_id"].encode()
    )
    answer = functions.http("POST /api/bots", raw=raw)

    assert answer.status == 201, answer.text
    assert answer.json["config"]["bid_spread"] == "0.001000000000001"
    assert answer.json["config"]["order_amount"] == "0.1"


@pytest.mark.parametrize(
    "call",
    [
        "GET /api/bots/7",
        "PUT /api/bots/7",
        "DELETE /api/bots/7",
        "POST /api/bots/7/start",
        "POST /api/bots/7/stop",
        "POST /api/bots/7/restart",
        "POST /api/bots/7/pause",
        "POST /api/bots/7/apply",
        "GET /api/bots/7/config",
        "POST /api/bots/7/resume",
        "GET /api/bots/7/commands",
        "GET /api/bots/7/metrics",
        "GET /api/bots/7/pnl",
        "GET /api/bots/7/orders",
        "GET /api/bots/7/fills",
        "GET /api/bots/7/logs",
        "GET /api/commands/7",
        "GET /api/exchanges/credentials/7",
        "POST /api/exchanges/credentials/7/rotate",
        "POST /api/exchanges/credentials/7/test",
    ],
)
def test_an_id_that_is_none(functions: Functions, call: str) -> None:
    answer = functions.http(call, {} if call.startswith("PUT") else None)

    assert (answer.status, answer.json["code"]) == (422, "INVALID_INPUT"), answer.text
    assert answer.fields[0].endswith("_id")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "501"}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"page": "2"}, "page"),
    ],
)
def test_a_list_asked_for_wrongly(
    functions: Functions, bot: dict[str, Any], query: dict[str, str], field: str
) -> None:
    answer = functions.http("GET /api/bots", query=query)

    assert (answer.status, answer.fields, bool(bot)) == (422, [field], True)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-11-21T12:00:00"}, "since"),
        ({"since": "2026-11-21T12:00:00Z", "until": "2026-11-21T11:00:00Z"}, "until"),
    ],
)
def test_a_span_asked_for_wrongly(functions: Functions, query: dict[str, str], field: str) -> None:
    bot = functions.world.stopped_bot()
    answer = functions.http(f"GET /api/bots/{bot.id}/metrics", query=query)

    assert (answer.status, answer.fields) == (422, [field])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"api_key": None}, "api_key"),
        ({"api_secret": ""}, "api_secret"),
        ({"environment": "moon"}, "environment"),
        ({"exchange": "nasdaq"}, "exchange"),
        ({"label": ""}, "label"),
        ({"is_testnet": True}, "is_testnet"),
    ],
)
def test_a_key_with_a_wrong_field(functions: Functions, wrong: dict[str, Any], field: str) -> None:
    functions.world.create_organization()
    answer = functions.http("POST /api/exchanges/credentials", KEY | wrong)

    assert (answer.status, answer.fields) == (422, [field]), answer.text
    assert functions.world.units.tables.credentials == {}


def test_a_refused_key_never_shows_in_the_answer(functions: Functions) -> None:
    canary = {"api_key": "canary-1" * 900, "api_secret": "canary-2"}
    answer = functions.http("POST /api/exchanges/credentials", {"exchange": "binance"} | canary)

    assert answer.status == 422
    assert "canary" not in answer.text


def test_what_the_venue_says_reaches_the_caller(functions: Functions) -> None:
    """S0-030."""
    functions.world.create_organization()
    functions.world.venue.refusal = VenueRefused("binance", "-2015", "Invalid API-key.")

    answer = functions.http("POST /api/exchanges/credentials", KEY)

    assert (answer.status, answer.json["code"]) == (422, "VENUE_REFUSED")
    assert "Invalid API-key." in answer.json["detail"]


def test_a_venue_that_is_away(functions: Functions) -> None:
    functions.world.create_organization()
    functions.world.venue.refusal = OutcomeUnknown("binance does not answer")

    answer = functions.http("POST /api/exchanges/credentials", KEY)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


def test_a_store_that_is_away(functions: Functions) -> None:
    functions.world.units.away = True

    answer = functions.http("GET /api/bots")

    assert (answer.status, answer.json["code"]) == (503, "STORE_AWAY")
    assert answer.headers["Retry-After"] == "5"


def test_an_organization_that_is_missing_says_what_to_do(functions: Functions) -> None:
    answer = functions.http("POST /api/exchanges/credentials", KEY)

    assert (answer.status, answer.json["code"]) == (409, "ORGANIZATION_MISSING")
    assert "PUT /api/organization" in answer.json["detail"]


def test_a_route_that_is_none(functions: Functions) -> None:
    answer = functions.http("PATCH /api/bots")

    assert (answer.status, answer.json["code"]) == (404, "NO_ROUTE")


def test_what_nobody_expected_says_nothing_of_itself(
    functions: Functions, caplog: pytest.LogCaptureFixture
) -> None:
    functions.world.venue.refusal = RuntimeError("canary detail")
    functions.world.create_organization()

    answer = functions.http("POST /api/exchanges/credentials", KEY)

    assert (answer.status, answer.json["code"]) == (500, "INTERNAL")
    assert "canary" not in answer.text
    assert "canary detail" in caplog.text, "the log has it"


@pytest.mark.parametrize(
    ("quiet_hours", "field"),
    [
        ("AAA", "quiet_hours"),
        (False, "quiet_hours"),
        ([None], "quiet_hours"),
        ({"begin": "22:00", "end": "07:00", "zone": "0" * 49}, "quiet_hours.zone"),
        ({"begin": "22:00", "end": "07:00", "zone": "../etc/passwd"}, "quiet_hours.zone"),
    ],
)
def test_quiet_hours_that_are_none(functions: Functions, quiet_hours: object, field: str) -> None:
    """S0-110: a part of a body of the wrong type is named as any field."""
    functions.world.create_organization()
    target = {"kind": "email", "to": "desk@example.com"}
    asked = {"label": "Desk", "target": target, "quiet_hours": quiet_hours}

    answer = functions.http("POST /api/alerts/channels", asked)

    assert (answer.status, answer.json["code"]) == (422, "INVALID_INPUT"), answer.text
    assert answer.fields == [field]
