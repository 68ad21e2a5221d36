"""What API Gateway answers by itself."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.aws.authorizers import Issued, Issuers
from local.aws.cloud import Api, Authorization, Route
from local.aws.functions import Functions, Throttled
from local.aws.http_api import HttpApi
from local.aws.worker import Outcome

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
PATHS = ("/slow", "/throttled", "/plain", "/text", "/empty", "/odd")
ANSWERS = {
    "/plain": b'{"a": 1}',
    "/text": b'{"statusCode": 200, "body": "x"}',
    "/empty": b'{"statusCode": 204}',
    "/odd": b'{"statusCode": "?"}',
}


class Scripted:
    """Functions that do what the path says."""

    def __init__(self) -> None:
        self.finished = asyncio.Event()
        self.release = asyncio.Event()

    async def invoke(self, name: str, _event: bytes) -> Outcome:
        if name == "/throttled":
            raise Throttled("Rate Exceeded.")
        if name == "/slow":
            await self.release.wait()
            self.finished.set()
        return Outcome(payload=ANSWERS.get(name, b"null"), failed=False)


async def nobody(_key: str) -> Issued | None:
    return None


@pytest.fixture
def functions() -> Scripted:
    return Scripted()


@pytest.fixture
async def client(functions: Scripted) -> AsyncGenerator[Any]:
    routes = tuple(
        Route(method="GET", path=path, function=path, authorization=Authorization.NONE, jwt=None)
        for path in PATHS
    )
    api = HttpApi(
        Api(logical_id="Api", id="api", routes=routes),
        functions=cast("Functions", functions),
        issuers=cast("Issuers", None),
        lookup=nobody,
        now=lambda: NOON,
        limit=0.01,
    )
    async with TestClient[web.Request, web.Application](TestServer(api.application())) as client:
        yield client


async def test_a_function_beyond_the_limit_is_503_and_goes_on(
    client: Any, functions: Scripted
) -> None:
    answer = await client.get("/slow")

    assert answer.status == 503
    assert await answer.json() == {"message": "Service Unavailable"}
    functions.release.set()
    await functions.finished.wait()


async def test_a_throttled_function_is_503(client: Any) -> None:
    assert (await client.get("/throttled")).status == 503


async def test_an_answer_without_a_status_is_200_and_json(client: Any) -> None:
    answer = await client.get("/plain")

    assert (answer.status, await answer.json()) == (200, {"a": 1})


async def test_text_without_a_type_is_plain_text(client: Any) -> None:
    answer = await client.get("/text")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert await answer.text() == "x"


async def test_an_empty_answer_has_no_body(client: Any) -> None:
    answer = await client.get("/empty")

    assert (answer.status, await answer.read()) == (204, b"")


async def test_an_answer_that_is_none_is_500(client: Any) -> None:
    answer = await client.get("/odd")

    assert (answer.status, await answer.json()) == (500, {"message": "Internal Server Error"})
