"""Routes of `functions/credentials`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.credentials import CreateCredential, CredentialView, DeleteQuery, PutCredential
from janym.api.lists import ListView
from janym.api.requests import WholeQuery
from janym.domain.errors import VenueFault
from janym.domain.organization import Role

UNFIT = ("KEY_CAN_WITHDRAW", "KEY_CANNOT_TRADE")
OF_VENUES = ("VENUE_MAINTENANCE", *(fault.value for fault in VenueFault))

ROUTES = (
    Route(
        call="GET /api/exchanges/credentials",
        summary="List the stored exchange keys, masked",
        query=WholeQuery,
        answer=ListView[CredentialView],
    ),
    Route(
        call="POST /api/exchanges/credentials",
        summary="Try an exchange key at its exchange and store it, encrypted",
        role=Role.TRADER,
        body=CreateCredential,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=CredentialView,
        problems=(
            "ALREADY_EXISTS",
            "CREDENTIAL_LIMIT",
            "KEY_ACCESS_DENIED",
            "ORGANIZATION_MISSING",
            *UNFIT,
            *OF_VENUES,
        ),
        example=Example(
            body={
                "exchange": "binance",
                "environment": "paper",
                "label": "second",
                "api_key": "paper-key-7f3a",
                "api_secret": "paper-secret-c91d",
            }
        ),
    ),
    Route(
        call="GET /api/exchanges/credentials/{credential_id}",
        summary="Read one stored exchange key, masked",
        answer=CredentialView,
    ),
    Route(
        call="DELETE /api/exchanges/credentials/{credential_id}",
        summary="Forget an exchange key that no bot trades with, by its id or its exchange's name",
        role=Role.TRADER,
        query=DeleteQuery,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
        problems=("CREDENTIAL_AMBIGUOUS", "CREDENTIAL_IN_USE", "ORGANIZATION_MISSING"),
        example=Example(path={"credential_id": "unused_credential_id"}),
    ),
    Route(
        call="POST /api/exchanges/credentials/{credential_id}/test",
        summary="Ask the exchange what a stored key may do",
        role=Role.TRADER,
        answer=CredentialView,
        problems=(*OF_VENUES, *UNFIT, "KEY_ACCESS_DENIED"),
    ),
    Route(
        call="PUT /api/exchanges/credentials/{credential_id}",
        summary="Put another key in place of a stored one that no bot trades with",
        role=Role.TRADER,
        body=PutCredential,
        answer=CredentialView,
        problems=(
            "CREDENTIAL_IN_USE",
            "KEY_ACCESS_DENIED",
            "ORGANIZATION_MISSING",
            *UNFIT,
            *OF_VENUES,
        ),
        example=Example(
            path={"credential_id": "unused_credential_id"},
            body={"api_key": "paper-key-9c1b", "api_secret": "paper-secret-77e0"},
        ),
    ),
    Route(
        call="POST /api/exchanges/credentials/{credential_id}/rotate",
        summary="Encrypt a stored key anew, under a new data key",
        role=Role.TRADER,
        answer=CredentialView,
        problems=("KEY_ACCESS_DENIED",),
    ),
)
