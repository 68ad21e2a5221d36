"""Which web pages of other origins an HTTP API lets call it."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.aws import cors

TERMINAL, ELSEWHERE = "https://terminal.example.com", "https://elsewhere.example.com"
BODY = {
    "x-amazon-apigateway-cors": {
        "allowOrigins": [TERMINAL],
        "allowMethods": ["GET", "POST"],
        "allowHeaders": ["Authorization", "idempotency-key"],
        "exposeHeaders": ["Retry-After"],
        "maxAge": 600,
    }
}


@pytest.fixture
async def client() -> AsyncGenerator[Any]:
    async def handle(request: web.Request) -> web.StreamResponse:
        allowed = cors.of(BODY)
        answer = web.Response(text="x", headers={"Access-Control-Allow-Origin": "*"})
        return cors.preflight(request, allowed) or cors.admitted(request, answer, allowed)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    async with TestClient[web.Request, web.Application](TestServer(app)) as client:
        yield client


def asking(origin: str) -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": "POST"}


async def test_a_page_of_the_terminal_may_ask_and_call(client: Any) -> None:
    asked = await client.options("/api/bots", headers=asking(TERMINAL))
    called = await client.post("/api/bots", headers={"Origin": TERMINAL})

    assert (asked.status, await asked.read()) == (204, b"")
    assert asked.headers["access-control-allow-origin"] == TERMINAL
    assert asked.headers["access-control-allow-methods"] == "GET,POST"
    assert asked.headers["access-control-allow-headers"] == "authorization,idempotency-key"
    assert asked.headers["access-control-max-age"] == "600"
    assert called.headers["access-control-allow-origin"] == TERMINAL
    assert called.headers["access-control-expose-headers"] == "retry-after"


async def test_a_page_from_elsewhere_may_not(client: Any) -> None:
    """What a function says about it does not count."""
    asked = await client.options("/api/bots", headers=asking(ELSEWHERE))
    called = await client.post("/api/bots", headers={"Origin": ELSEWHERE})

    assert asked.status == 204
    for answer in (asked, called):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_options_without_an_origin_are_a_call_like_any_other(client: Any) -> None:
    answer = await client.options("/api/bots")

    assert (answer.status, await answer.text()) == (200, "x")


def test_an_api_that_says_nothing_of_it_allows_nothing() -> None:
    assert cors.of({"paths": {}}) is None
