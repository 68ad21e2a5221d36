"""The functions as a WSGI application: what the gateway does, without a gateway."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.functions import Functions, is_served
from tests.fakes.world import ADMIN

StartResponse = Callable[[str, list[tuple[str, str]]], object]
TOKEN = "a-token-of-an-admin"
PAUSE_S = 2


class Served:
    """Callers with TOKEN are an admin; the others get no further than API Gateway lets them.

    Time passes from call to call, so that no organization asks too often.
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self.requests = 0

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.requests += 1
        self._functions.world.clock.advance(seconds=PAUSE_S)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode()
        if not is_served(f"{method} {path}"):
            return _answer(start_response, 404, b'{"message": "Not Found"}')
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
            return _answer(start_response, 401, b'{"message": "Unauthorized"}')
        answer = self._functions.http(
            f"{method} {path}",
            caller=ADMIN,
            headers=_headers(environ),
            query=dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            raw=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
        )
        return _answer(start_response, answer.status, answer.text.encode(), answer.headers)


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    given = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    return {"content-type": ""} | given


def _answer(
    start_response: StartResponse,
    status: int,
    body: bytes,
    headers: dict[str, str] | None = None,
) -> list[bytes]:
    told = headers or {"Content-Type": "application/json"}
    start_response(f"{status} {HTTPStatus(status).phrase}", list(told.items()))
    return [body]
