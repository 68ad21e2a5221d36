"""Calls from web pages of other origins, as API Gateway lets an HTTP API answer them.

It answers a preflight itself, before any route or authorizer, and adds its headers to what a
function answers; what it says of itself (401, 404, 503) has none.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from collections.abc import Iterable
from typing import Any, cast

from aiohttp import web

from local.aws.cloud import Cors
from local.aws.stack import Json

EXTENSION = "x-amazon-apigateway-cors"
OURS = "access-control-"


def of(body: Json) -> Cors | None:
    """What an API's OpenAPI body lets other origins do; None where it says nothing."""
    given = cast("Json | None", body.get(EXTENSION))
    if given is None:
        return None
    return Cors(
        origins=tuple(origin for origin in _texts(given.get("allowOrigins")) if origin),
        methods=tuple(_texts(given.get("allowMethods"))),
        headers=tuple(name.lower() for name in _texts(given.get("allowHeaders"))),
        exposed=tuple(name.lower() for name in _texts(given.get("exposeHeaders"))),
        max_age=int(given.get("maxAge", 0)),
    )


def preflight(request: web.Request, cors: Cors | None) -> web.Response | None:
    """Answer a browser that asks whether it may; None where it does not ask."""
    asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if cors is None or not asked or "Origin" not in request.headers:
        return None
    answer = web.Response(status=204)
    if _allowed(request, cors):
        answer.headers["access-control-allow-origin"] = request.headers["Origin"]
        answer.headers["access-control-allow-methods"] = ",".join(cors.methods)
        answer.headers["access-control-allow-headers"] = ",".join(cors.headers)
        answer.headers["access-control-max-age"] = str(cors.max_age)
    return answer


def admitted(
    request: web.Request, answer: web.StreamResponse, cors: Cors | None
) -> web.StreamResponse:
    """Put the API's headers in place of those that a function answered."""
    if cors is None:
        return answer
    for name in [name for name in answer.headers if name.lower().startswith(OURS)]:
        del answer.headers[name]
    if _allowed(request, cors):
        answer.headers["access-control-allow-origin"] = request.headers["Origin"]
        answer.headers["access-control-expose-headers"] = ",".join(cors.exposed)
    return answer


def _allowed(request: web.Request, cors: Cors) -> bool:
    return request.headers.get("Origin") in cors.origins


def _texts(values: Any) -> Iterable[str]:
    return (str(value) for value in cast("list[Any]", values or []))
