"""A small HTTP door for those who hold its token: health, books, counters (S4-073).

GET /health     200 while all is well, 503 with the reasons where not
GET /books      every book: state, sequence, age, best prices
GET /books/{venue}/{market}/{base}/{quote}?limit=20
GET /books/{venue}/{market}/{base}/{quote}/updates   a WebSocket, see `listeners`
GET /counters   what was heard, written, lost
"""

import asyncio
import hmac
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import web

from containers.collector.settings import Settings

MOST_LEVELS = 1000
ASK_WITHIN_S = 5.0

ALIVE = frozenset({HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE})

Report = Callable[[], dict[str, Any]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Serves what the service reports of itself."""

    def __init__(
        self,
        settings: Settings,
        *,
        health: Report,
        books: Report,
        book: Callable[[str, str, str, int], dict[str, Any] | None],
        counters: Report,
        updates: Handler,
    ) -> None:
        self._settings = settings
        self._updates = updates
        self._health, self._books, self._book, self._counters = health, books, book, counters

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[int]:
        """Serve until the block ends; gives the port, 0 where there is no door."""
        if not self._settings.token:
            yield 0
            return
        app = web.Application(middlewares=[self._with_token])
        app.router.add_get("/health", self._serve_health)
        app.router.add_get("/books", self._serve(self._books))
        app.router.add_get("/books/{venue}/{market}/{base}/{quote}", self._serve_book)
        app.router.add_get("/books/{venue}/{market}/{base}/{quote}/updates", self._updates)
        app.router.add_get("/counters", self._serve(self._counters))
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
            yield int(runner.addresses[0][1])
        finally:
            await runner.cleanup()

    @web.middleware
    async def _with_token(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        shown = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {self._settings.token}".encode()):
            return problem(HTTPStatus.UNAUTHORIZED, "UNAUTHORIZED", "show the door's token")
        return await handler(request)

    def _serve(self, report: Report) -> Handler:
        async def handler(_: web.Request) -> web.StreamResponse:
            return web.json_response(report())

        return handler

    async def _serve_health(self, _: web.Request) -> web.StreamResponse:
        report = self._health()
        return web.json_response(report, status=200 if report["healthy"] else 503)

    async def _serve_book(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info
        text = request.query.get("limit", "20")
        if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= MOST_LEVELS:
            reason = f"limit is {text!r}; wanted: 1 to {MOST_LEVELS}"
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT", reason)
        pair = f"{asked['base']}/{asked['quote']}"
        found = self._book(asked["venue"], asked["market"], pair, int(text))
        if found is None:
            reason = f"{asked['venue']} {asked['market']} {pair} is not collected here"
            return problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", reason)
        return web.json_response(found)


async def ask(settings: Settings) -> int:
    """Ask a running collector whether it lives: 0 where it answers, well or not.

    What ails it is mostly outside, a store that is away or a pair that is not listed: another in
    its place would not fare better, and would begin without what waits on this one's disk.
    """
    url = f"http://127.0.0.1:{settings.port}/health"
    headers: Mapping[str, str] = {"Authorization": f"Bearer {settings.token}"}
    try:
        async with (
            asyncio.timeout(ASK_WITHIN_S),
            aiohttp.ClientSession() as session,
            session.get(url, headers=headers) as response,
        ):
            return 0 if response.status in ALIVE else 1
    except (TimeoutError, aiohttp.ClientError):
        return 1


def problem(status: HTTPStatus, code: str, detail: str) -> web.Response:
    """Refuse, in words."""
    return web.json_response(
        {"title": status.phrase, "status": status.value, "code": code, "detail": detail},
        status=status.value,
        content_type="application/problem+json",
    )
