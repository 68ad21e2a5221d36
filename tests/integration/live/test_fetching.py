"""Public REST requests over real connections: an answer is whole, or it is none."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from janym.live import fetching
from janym.live.fetching import Answer, HttpFetching
from janym.ports.feeds import Purpose, Request

LARGE = b"0123456789abcdef" * 200_000
"""Three megabytes, as lists of instruments are: it comes in many pieces."""
ASKED = Request(purpose=Purpose.INSTRUMENTS, path="/all", query={"limit": "1000"}, weight=1)

Answers = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def asked(answers: Answers) -> AsyncGenerator[Answer]:
    """Ask a server that answers so."""
    app = web.Application()
    app.router.add_get("/all", answers)
    runner = web.AppRunner(app)
    await runner.setup()
    client = HttpFetching()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield await client.fetch(f"http://127.0.0.1:{runner.addresses[0][1]}", ASKED)
    finally:
        await client.close()
        await runner.cleanup()


async def test_an_answer_in_many_pieces_is_whole() -> None:
    """S4-007, S4-086: the instruments of a venue do not fit into one read."""

    async def answers(request: web.Request) -> web.StreamResponse:
        assert request.query["limit"] == "1000"
        return web.Response(body=LARGE)

    async with asked(answers) as answer:
        assert (answer.status, len(answer.body)) == (200, len(LARGE))
        assert answer.body == LARGE


async def test_an_answer_that_breaks_off_is_none() -> None:
    async def answers(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(LARGE))})
        await response.prepare(request)
        await response.write(LARGE[:100_000])
        assert request.transport is not None
        request.transport.abort()
        return response

    async with asked(answers) as answer:
        assert answer == Answer(status=0)


async def test_an_answer_without_end_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST_ANSWER", 1_000_000)

    async def answers(_: web.Request) -> web.StreamResponse:
        return web.Response(body=LARGE)

    async with asked(answers) as answer:
        assert answer == Answer(status=0)


async def test_a_refusal_says_how_long_to_wait() -> None:
    """S4-013."""

    async def answers(_: web.Request) -> web.StreamResponse:
        return web.Response(status=429, headers={"Retry-After": "7"}, text="slower")

    async with asked(answers) as answer:
        assert answer == Answer(status=429, body=b"slower", retry_after_s=7)
