"""Asking other functions of the platform through Lambda."""

from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from janym.cloud.clients import translated
from janym.domain.credential import Permissions
from janym.domain.errors import (
    JanymError,
    KeyAccessDenied,
    NotFound,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
from janym.domain.ids import BotId, CredentialId, OrganizationId


class LambdaFunctions:
    """`ports.bus.Functions`.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html

    Args:
        client: a boto3 client of Lambda whose patience covers `venue_check`'s.
        venue_check: the name of that function, or none where the caller may not ask it.
        reconcile: the same of `reconcile`.
        live_push: the same of `live_push`.
        integrators_push: the same of `integrators_push`.
        rotate: the same of `rotate`.
        alerts_deliver: the same of `alerts_deliver`.
    """

    def __init__(  # noqa: PLR0913 - one name for each function there is
        self,
        client: Any,
        *,
        venue_check: str | None = None,
        reconcile: str | None = None,
        live_push: str | None = None,
        integrators_push: str | None = None,
        rotate: str | None = None,
        alerts_deliver: str | None = None,
    ) -> None:
        self._client = client
        self._venue_check = venue_check
        self._reconcile = reconcile
        self._live_push = live_push
        self._integrators_push = integrators_push
        self._rotate = rotate
        self._alerts_deliver = alerts_deliver

    def check_venue(self, bot: BotId) -> None:
        self._send(_named(self._venue_check, "VENUE_CHECK_FUNCTION"), {"bot_id": str(bot)})

    def reconcile(self, bot: BotId) -> None:
        self._send(_named(self._reconcile, "RECONCILE_FUNCTION"), {"bot_id": str(bot)})

    def enforce(self, organization: OrganizationId) -> None:
        self._send(_named(self._reconcile, "RECONCILE_FUNCTION"), {"organization_id": organization})

    def deliver_alerts(self) -> None:
        named = _named(self._alerts_deliver, "ALERTS_DELIVER_FUNCTION")
        self._send(named, {"deliver": True})

    def push_events(self) -> None:
        self._send(_named(self._live_push, "LIVE_PUSH_FUNCTION"), {"push": True})

    def publish_events(self) -> None:
        named = _named(self._integrators_push, "INTEGRATORS_PUSH_FUNCTION")
        self._send(named, {"push": True})

    def read_balances(self, credential: CredentialId) -> None:
        self._send(
            _named(self._venue_check, "VENUE_CHECK_FUNCTION"),
            {"credential_id": str(credential), "ask": "balances"},
        )

    def check_credential(self, credential: CredentialId) -> None:
        payload = {"credential_id": str(credential), "why": "the daily check"}
        self._send(_named(self._venue_check, "VENUE_CHECK_FUNCTION"), payload)

    def rotate_credential(self, credential: CredentialId) -> None:
        answer = self._ask(
            _named(self._rotate, "ROTATE_FUNCTION"), {"credential_id": str(credential)}
        )
        if "error" in answer:
            _raise(answer["error"], credential)

    def test_credential(self, credential: CredentialId) -> Permissions:
        answer = self._ask(
            _named(self._venue_check, "VENUE_CHECK_FUNCTION"), {"credential_id": str(credential)}
        )
        if "error" in answer:
            _raise(answer["error"], credential)
        return Permissions(trade=answer["trade"], withdraw=answer["withdraw"])

    def _send(self, function: str, payload: Mapping[str, str | bool]) -> None:
        with translated("AWS Lambda"):
            self._client.invoke(
                FunctionName=function, InvocationType="Event", Payload=orjson.dumps(payload)
            )

    def _ask(self, function: str, payload: dict[str, str]) -> dict[str, Any]:
        with translated("AWS Lambda"):
            answer = self._client.invoke(
                FunctionName=function,
                InvocationType="RequestResponse",
                Payload=orjson.dumps(payload),
            )
            body = answer["Payload"].read()
        if "FunctionError" in answer:
            raise Unavailable(f"{function} failed; its own log says why")
        found: dict[str, Any] = orjson.loads(body)
        return found


def _named(function: str | None, variable: str) -> str:
    if function is None:
        raise LookupError(f"{variable} is not set, so this function may not be asked")
    return function


def _raise(error: dict[str, str], credential: CredentialId) -> NoReturn:
    """Raise what the other function met, as if it had been met here."""
    code, message = error["code"], error["message"]
    if "venue" in error:
        raise VenueRefused(error["venue"], error["venue_code"], message, VenueFault(code))
    if code == VenueMaintenance.code:
        raise VenueMaintenance(message)
    if code == KeyAccessDenied.code:
        raise KeyAccessDenied(message)
    if code == NotFound.code:
        raise NotFound("credential", credential)
    if code in {"UNAVAILABLE", "STORE_AWAY", "OUTCOME_UNKNOWN", "NOT_YET"}:
        raise Unavailable(message)
    raise JanymError(f"{code}: {message}")
