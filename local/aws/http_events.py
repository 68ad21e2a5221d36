"""HTTP requests as API Gateway's events of payload format 2.0, and functions' answers as HTTP."""

import base64
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote

from aiohttp import web
from multidict import CIMultiDict

from local.aws.routes import Match
from local.aws.stack import Json
from local.environment import ACCOUNT

TEXTUAL = ("text/", "application/json", "application/xml", "application/javascript")
HOP_BY_HOP = frozenset({"content-length", "transfer-encoding", "connection"})


class MalformedAnswer(Exception):
    """The function answered something that is no HTTP response."""


def event(
    request: web.Request,
    body: bytes,
    match: Match,
    *,
    api_id: str,
    authorizer: Json | None,
    at: datetime,
) -> Json:
    """The event that API Gateway would make of the request."""
    headers = _headers(request)
    path = unquote(request.rel_url.raw_path)
    context: Json = {
        "accountId": ACCOUNT,
        "apiId": api_id,
        "domainName": request.host.split(":")[0],
        "domainPrefix": api_id,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote or "127.0.0.1",
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": secrets.token_urlsafe(11) + "=",
        "routeKey": match.key,
        "stage": "$default",
        "time": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(at.timestamp() * 1000),
    }
    if authorizer is not None:
        context["authorizer"] = authorizer
    made: Json = {
        "version": "2.0",
        "routeKey": match.key,
        "rawPath": path,
        "rawQueryString": request.rel_url.raw_query_string,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    cookies = [c.strip() for v in request.headers.getall("Cookie", []) for c in v.split(";")]
    if cookies:
        made["cookies"] = cookies
    if request.query:
        made["queryStringParameters"] = _joined(request.query.items())
    if match.variables:
        made["pathParameters"] = match.variables
    if body:
        made["body"], made["isBase64Encoded"] = _body(body, headers.get("content-type", ""))
    return made


def response(payload: bytes) -> web.Response:
    """A function's answer as HTTP. Raises MalformedAnswer."""
    try:
        answer: Any = json.loads(payload or b"null")
    except ValueError as error:
        raise MalformedAnswer("the answer is no JSON") from error
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return web.Response(body=text.encode(), content_type="application/json")
    answer = cast("Json", answer)
    try:
        return _described(answer)
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedAnswer(f"the answer is no HTTP response: {error}") from error


def _described(answer: Json) -> web.Response:
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else str(text).encode()
    headers: CIMultiDict[str] = CIMultiDict()
    single, several = cast("Json", answer.get("headers") or {}), answer.get("multiValueHeaders")
    for name, value in single.items():
        headers[name] = _header(value)
    for name, values in cast("dict[str, list[object]]", several or {}).items():
        headers[name] = ",".join(_header(value) for value in values)
    for name in HOP_BY_HOP:
        headers.popall(name, None)
    headers.setdefault("Content-Type", "text/plain; charset=utf-8")
    for cookie in cast("list[object]", answer.get("cookies") or []):
        headers.add("Set-Cookie", str(cookie))
    return web.Response(status=int(answer["statusCode"]), body=body, headers=headers)


def _header(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _headers(request: web.Request) -> dict[str, str]:
    pairs = ((name.lower(), value) for name, value in request.headers.items())
    headers = _joined(pair for pair in pairs if pair[0] not in {"cookie", "connection"})
    return {
        **headers,
        "x-forwarded-for": request.remote or "127.0.0.1",
        "x-forwarded-port": request.host.rpartition(":")[2],
        "x-forwarded-proto": request.scheme,
    }


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    if not content_type or content_type.lower().startswith(TEXTUAL):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True
