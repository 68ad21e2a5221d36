"""What other functions are sent, and what their answers mean here."""

import io
import json
from collections.abc import Generator
from typing import Any
from uuid import UUID

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from janym.cloud.functions import LambdaFunctions
from janym.domain.credential import Permissions
from janym.domain.errors import (
    JanymError,
    KeyAccessDenied,
    NotFound,
    Unavailable,
    VenueRefused,
)
from janym.domain.ids import BotId, CredentialId, OrganizationId
from tests.unit.janym.cloud.stubs import stubbed

BOT, KEY = BotId(UUID(int=3)), CredentialId(UUID(int=4))


@pytest.fixture
def functions() -> Generator[tuple[LambdaFunctions, Stubber]]:
    with stubbed("lambda") as (client, script):
        yield LambdaFunctions(client, venue_check="check", reconcile="watch"), script


def answer(content: Any, **more: Any) -> dict[str, Any]:
    body = json.dumps(content).encode()
    return {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(body), len(body)), **more}


def test_errands_are_sent_without_waiting(functions: tuple[LambdaFunctions, Stubber]) -> None:
    asked, script = functions
    payload = f'{{"bot_id":"{BOT}"}}'.encode()
    for name in ("check", "watch"):
        expected = {"FunctionName": name, "InvocationType": "Event", "Payload": payload}
        script.add_response("invoke", {"StatusCode": 202}, expected)

    script.add_response(
        "invoke",
        {"StatusCode": 202},
        {
            "FunctionName": "watch",
            "InvocationType": "Event",
            "Payload": b'{"organization_id":"acme"}',
        },
    )

    asked.check_venue(BOT)
    asked.reconcile(BOT)
    asked.enforce(OrganizationId("acme"))


def test_a_key_is_asked_about_and_waited_for(functions: tuple[LambdaFunctions, Stubber]) -> None:
    """S0-030."""
    asked, script = functions
    expected = {
        "FunctionName": "check",
        "InvocationType": "RequestResponse",
        "Payload": f'{{"credential_id":"{KEY}"}}'.encode(),
    }
    script.add_response("invoke", answer({"trade": True, "withdraw": None}), expected)

    assert asked.test_credential(KEY) == Permissions(trade=True, withdraw=None)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (
            {"code": "VENUE_REFUSED", "venue": "binance", "venue_code": "-2015", "message": "no"},
            VenueRefused,
        ),
        ({"code": "KEY_ACCESS_DENIED", "message": "no"}, KeyAccessDenied),
        ({"code": "NOT_FOUND", "message": "no"}, NotFound),
        ({"code": "OUTCOME_UNKNOWN", "message": "no"}, Unavailable),
        ({"code": "STORE_AWAY", "message": "no"}, Unavailable),
        ({"code": "SOMETHING", "message": "no"}, JanymError),
    ],
)
def test_an_error_there_is_an_error_here(
    functions: tuple[LambdaFunctions, Stubber], error: dict[str, str], kind: type[Exception]
) -> None:
    asked, script = functions
    script.add_response("invoke", answer({"error": error}))

    with pytest.raises(kind) as met:
        asked.test_credential(KEY)

    assert type(met.value) is kind


def test_a_function_that_fails_is_unavailable(functions: tuple[LambdaFunctions, Stubber]) -> None:
    asked, script = functions
    script.add_response("invoke", answer({"errorMessage": "boom"}, FunctionError="Unhandled"))

    with pytest.raises(Unavailable):
        asked.test_credential(KEY)


def test_lambda_asking_for_patience_is_unavailable(
    functions: tuple[LambdaFunctions, Stubber],
) -> None:
    asked, script = functions
    script.add_client_error("invoke", "TooManyRequestsException", http_status_code=429)

    with pytest.raises(Unavailable):
        asked.reconcile(BOT)


def test_a_function_that_may_not_be_asked_is_named() -> None:
    with stubbed("lambda") as (client, _):
        asked = LambdaFunctions(client, venue_check=None, reconcile=None)

        with pytest.raises(LookupError, match="RECONCILE_FUNCTION"):
            asked.reconcile(BOT)
