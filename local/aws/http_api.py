"""API Gateway's HTTP API: routes, authorizers, limits, and the answers that it gives itself."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from local.aws import cors, http_events, serving
from local.aws.authorizers import Forbidden, Issuers, Lookup, Unauthorized, signer, text_claims
from local.aws.cloud import Api, Authorization
from local.aws.functions import Functions, Throttled
from local.aws.routes import Match, Table
from local.aws.stack import Json
from local.aws.worker import Outcome

BODY_LIMIT = 10 * 1024 * 1024
INTEGRATION_LIMIT = 30.0
"""Seconds after which API Gateway stops waiting for a function."""

log = logging.getLogger(__name__)


class HttpApi:
    """One HTTP API in front of the functions."""

    def __init__(
        self,
        api: Api,
        *,
        functions: Functions,
        issuers: Issuers,
        lookup: Lookup,
        now: Callable[[], datetime],
        limit: float = INTEGRATION_LIMIT,
    ) -> None:
        self._api = api
        self._table = Table(api.routes)
        self._functions = functions
        self._issuers = issuers
        self._lookup = lookup
        self._now = now
        self._limit = limit
        self._abandoned = set[asyncio.Task[Outcome]]()

    def application(self) -> web.Application:
        """The API as a server."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_get("/_health", serving.health)
        app.router.add_route("*", "/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _message(413, "Request Entity Too Large")
        if (preflight := cors.preflight(request, self._api.cors)) is not None:
            return preflight
        match = self._table.match(request.method, request.rel_url.path)
        if match is None:
            return _message(404, "Not Found")
        try:
            authorizer = await self._authorize(request, body, match)
        except Unauthorized as refusal:
            return _message(401, "Unauthorized", {"www-authenticate": _challenge(str(refusal))})
        except Forbidden as refusal:
            log.info("%s refused: %s", match.key, refusal)
            return _message(403, "Forbidden")
        event = http_events.event(
            request, body, match, api_id=self._api.id, authorizer=authorizer, at=self._now()
        )
        answer = await self._integrate(match.route.function, event)
        return cors.admitted(request, answer, self._api.cors)

    async def _authorize(self, request: web.Request, body: bytes, match: Match) -> Json | None:
        route = match.route
        if route.authorization is Authorization.IAM:
            return {"iam": await signer(request, body, self._lookup, self._now())}
        if route.jwt is not None:
            claims = await self._issuers.claims(request.headers.get("Authorization"), route.jwt)
            return {"jwt": {"claims": text_claims(claims), "scopes": None}}
        return None

    async def _integrate(self, function: str, event: Json) -> web.StreamResponse:
        invocation = asyncio.create_task(
            self._functions.invoke(function, json.dumps(event).encode())
        )
        try:
            # Shielded: API Gateway stops waiting, the function goes on.
            outcome = await asyncio.wait_for(asyncio.shield(invocation), self._limit)
        except TimeoutError:
            self._abandoned.add(invocation)
            invocation.add_done_callback(self._abandoned.discard)
            return _message(503, "Service Unavailable")
        except Throttled:
            return _message(503, "Service Unavailable")
        if outcome.failed:
            log.warning("%s failed: %s", function, outcome.payload[:500])
            return _message(500, "Internal Server Error")
        try:
            return http_events.response(outcome.payload)
        except http_events.MalformedAnswer as error:
            log.warning("%s: %s", function, error)
            return _message(500, "Internal Server Error")


def _message(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"message": text}, status=status, headers=headers)


def _challenge(refusal: str) -> str:
    if not refusal:
        return "Bearer"
    return f'Bearer scope="" error="invalid_token" error_description="{refusal}"'
