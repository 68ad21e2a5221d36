"""Functions as Lambda loads them, with every port faked: events in, answers out, no network."""

import base64
import functools
import importlib
import json
import re
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import pytest

import janym
from janym.api.contract import declared
from janym.domain.organization import Caller
from tests.fakes.world import ANA, World

CONTEXT = SimpleNamespace(
    function_name="test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:test",
    aws_request_id="request-1",
)


@dataclass(frozen=True)
class Answered:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def fields(self) -> list[str]:
        """The fields that a problem names."""
        return [error["field"] for error in self.json["errors"]]


@dataclass
class Functions:
    """The platform's functions, in a world of their own."""

    world: World
    load: Callable[[str], ModuleType]
    wiring: SimpleNamespace

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        return self.load(function).lambda_handler(event, CONTEXT)

    def http(
        self,
        call: str,
        body: Any = None,
        *,
        caller: Caller | None = ANA,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        raw: bytes | None = None,
        function: str | None = None,
    ) -> Answered:
        """Call a route, `POST /api/bots`, as API Gateway does for a member."""
        method, _, path = call.partition(" ")
        sent = raw if raw is not None else (json.dumps(body).encode() if body is not None else b"")
        claims = (
            {"sub": caller.user, "org_id": caller.organization, "org_role": str(caller.role)}
            if caller
            else {"sub": "nobody"}
        )
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": urlencode(query or {}),
            "queryStringParameters": query or None,
            "headers": {"content-type": "application/json"} | (headers or {}),
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "api",
                "authorizer": {"jwt": {"claims": claims, "scopes": None}},
                "domainName": "api.test",
                "http": {
                    "method": method,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7",
                    "userAgent": "test",
                },
                "requestId": "request-1",
                "routeKey": "$default",
                "stage": "$default",
                "timeEpoch": 1795251600000,
            },
            "body": base64.b64encode(sent).decode() if sent else None,
            "isBase64Encoded": bool(sent),
        }
        return answered(self.invoke(function or function_of(call), event))


def answered(result: dict[str, Any]) -> Answered:
    """Read what a function gives API Gateway."""
    headers = cast("dict[str, str]", result.get("headers", {}))
    return Answered(result["statusCode"], headers, result.get("body") or "")


def function_of(call: str) -> str:
    """Say which function serves a call, or its path where no route has the method."""
    path = call.partition(" ")[2]
    for known in (call, *(f"{method} {path}" for method in ("GET", "POST", "PUT", "DELETE"))):
        if (function := _serving(known)) is not None:
            return function
    raise AssertionError(f"no function declares {call}: see janym.api.contract")


def is_served(call: str) -> bool:
    """Say whether there is a route for a call."""
    return _serving(call) is not None


def _serving(call: str) -> str | None:
    found = (function for pattern, function in _routes() if pattern.fullmatch(call))
    return next(found, None)


@functools.cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """Give what each function answers; a name in a path stands before a parameter."""
    routes = [(route, name) for name, each in declared.by_function().items() for route in each]
    routes.sort(key=lambda each: each[0].path.count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", route.call)), name) for route, name in routes]


@contextmanager
def functions_of(world: World, monkeypatch: pytest.MonkeyPatch) -> Generator[Functions]:
    """Give the functions with a world's ports instead of the adapters."""
    wiring = world.wiring()
    monkeypatch.setitem(sys.modules, "janym.wiring", cast("ModuleType", wiring))
    monkeypatch.setattr(janym, "wiring", wiring, raising=False)
    loaded: dict[str, ModuleType] = {}

    def load(function: str) -> ModuleType:
        if function not in loaded:
            name = f"functions.{function}.handler"
            monkeypatch.delitem(sys.modules, name, raising=False)
            loaded[function] = importlib.import_module(name)
        return loaded[function]

    yield Functions(world, load, wiring)
    for function in loaded:
        sys.modules.pop(f"functions.{function}.handler", None)
