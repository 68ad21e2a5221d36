"""Routes of `functions/credentials`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.credentials import CreateCredential, CredentialView
from janym.api.lists import ListView
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/exchanges/credentials",
        summary="List the stored exchange keys, masked",
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
            "VENUE_REFUSED",
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
        summary="Forget an exchange key that no bot uses",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
        problems=("CREDENTIAL_IN_USE",),
        example=Example(path={"credential_id": "unused_credential_id"}),
    ),
    Route(
        call="POST /api/exchanges/credentials/{credential_id}/test",
        summary="Ask the exchange what a stored key may do",
        role=Role.TRADER,
        answer=CredentialView,
        problems=("VENUE_REFUSED", "KEY_ACCESS_DENIED"),
    ),
)
