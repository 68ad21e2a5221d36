"""The IoT control plane: moto's, except that certificates are signed by the stack's authority.

What is said of integrators, whose rights are not in the topic table, reaches the broker too.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp import web
from cryptography import x509

from janym.domain.integrator import ORGANIZATION
from local import mosquitto, pki
from local.aws.cloud import IotPolicy
from local.aws.iot_data import error
from local.readers import Readers

HOP = frozenset({"host", "content-length", "connection", "accept-encoding", "expect"})
"""Headers that belong to one connection and are not passed on."""
CREDENTIAL = "AWS4-HMAC-SHA256 Credential=laptop/20200101/us-east-1/iot/aws4_request"
"""By this moto knows that a request is for IoT."""


class IotControl:
    """Signs certificate requests and hands everything else to moto."""

    def __init__(
        self,
        *,
        moto: str,
        authority: Path,
        policies: Mapping[str, IotPolicy],
        thing_types: list[str],
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
    ) -> None:
        self._moto = moto
        self._authority = authority
        self._policies = policies
        self._thing_types = thing_types
        self._session = session
        self._now = now
        self._readers = Readers(authority)

    def routes(self, app: web.Application) -> None:
        """Add the plane's paths to a server; they come last, for they take every path."""
        app.router.add_post("/certificates", self._sign)
        app.router.add_post("/things/{name}", self._name)
        app.router.add_delete("/things/{name}", self._forget)
        app.router.add_put("/target-policies/{policy}", self._admit)
        app.router.add_put("/certificates/{certificate}", self._change)
        app.router.add_route("*", "/{path:.*}", self._pass_on)

    async def declare(self) -> None:
        """Tell moto the template's policies and thing types; they may be there already."""
        headers = {"Authorization": CREDENTIAL, "Content-Type": "application/json"}
        for policy in self._policies.values():
            body = {"policyDocument": json.dumps(policy.document)}
            await self._ask("POST", f"/policies/{policy.name}", headers, json.dumps(body).encode())
        for name in self._thing_types:
            await self._ask("POST", f"/thing-types/{name}", headers, b"{}")

    async def _sign(self, request: web.Request) -> web.Response:
        try:
            asked = str(json.loads(await request.read())["certificateSigningRequest"])
            certificate = self._signed(asked)
        except (ValueError, KeyError, TypeError, IndexError, pki.BadRequest) as refused:
            return error(400, "InvalidRequestException", f"the CSR is refused: {refused}")
        active = request.query.get("setAsActive", "false").lower() == "true"
        body = {
            "certificatePem": certificate,
            "status": "ACTIVE" if active else "INACTIVE",
        }
        headers = {**_headers(request), "content-type": "application/json"}
        status, answer, _ = await self._ask(
            "POST", "/certificate/register-no-ca", headers, json.dumps(body).encode()
        )
        if status != 200:
            return web.Response(status=status, body=answer, content_type="application/json")
        known = cast("dict[str, Any]", json.loads(answer))
        self._readers.sign(str(known["certificateArn"]), certificate)
        return web.json_response({**known, "certificatePem": certificate})

    def _signed(self, csr: str) -> str:
        request = x509.load_pem_x509_csr(csr.encode())
        return pki.load(self._authority).sign(csr, pki.name_of(request), at=self._now())

    async def _name(self, request: web.Request) -> web.Response:
        """A thing that has a name of its own already keeps what it was."""
        name, asked = request.match_info["name"], json.loads(await request.read() or b"{}")
        organization = _attribute(asked, ORGANIZATION)
        if organization is not None and not self._readers.name(name, organization):
            return error(409, "ResourceAlreadyExistsException", f"{name} has other attributes")
        return await self._pass_on(request)

    async def _forget(self, request: web.Request) -> web.Response:
        self._readers.forget(request.match_info["name"])
        return await self._pass_on(request)

    async def _admit(self, request: web.Request) -> web.Response:
        target = str(json.loads(await request.read())["target"])
        answer = await self._pass_on(request)
        if answer.status == 200 and self._readers.admit(target):
            mosquitto.apply(self._authority)
        return answer

    async def _change(self, request: web.Request) -> web.Response:
        """A certificate that is not active opens nothing, whatever moto remembers of it."""
        certificate = request.match_info["certificate"]
        ends = request.query.get("newStatus", "ACTIVE") != "ACTIVE"
        if ends and self._readers.revoke(certificate, at=self._now()):
            mosquitto.apply(self._authority)
        return await self._pass_on(request)

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), _headers(request)
        status, answer, kind = await self._ask(request.method, request.path_qs, headers, body)
        if status == 404:
            # moto forgets everything when it is started anew.
            await self.declare()
            status, answer, kind = await self._ask(request.method, request.path_qs, headers, body)
        passed = {"x-amzn-ErrorType": kind} if kind else {}
        return web.Response(
            status=status, body=answer, headers=passed, content_type="application/json"
        )

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, bytes, str]:
        """Moto's answer: status, body, error type."""
        try:
            async with self._session.request(
                method, self._moto + path, data=body, headers=headers
            ) as answer:
                content = await answer.read()
                return (
                    answer.status,
                    content,
                    answer.headers.get("x-amzn-ErrorType", _kind(content)),
                )
        except aiohttp.ClientError as away:
            message = json.dumps({"message": f"the IoT control plane is away: {away}"})
            return 503, message.encode(), "ServiceUnavailableException"


def _attribute(asked: dict[str, Any], name: str) -> str | None:
    """A thing's attribute, out of a request to make the thing."""
    payload: dict[str, dict[str, str]] = asked.get("attributePayload") or {}
    return (payload.get("attributes") or {}).get(name)


def _headers(request: web.Request) -> dict[str, str]:
    given = {name.lower(): value for name, value in request.headers.items()}
    passed = {name: value for name, value in given.items() if name not in HOP}
    return {"authorization": CREDENTIAL, **passed}


def _kind(content: bytes) -> str:
    """The error's name, which moto puts into the body."""
    try:
        body: Any = json.loads(content or b"{}")
    except ValueError:
        return ""
    return str(cast("dict[str, Any]", body).get("__type", "")) if isinstance(body, dict) else ""
