"""All markets of the flow server behind one port, and the door by which it is disturbed.

GET  /control/health
GET  /control/stats             connections, refusals, what each market was asked
GET  /control/sent/{venue}/{market}/{symbol}   [[first, last, sent at ms], ...] of every step
POST /control/cut {"share": 1}  break a share of all connections
POST /control/accepts {"value": false}  refuse new connections
POST /control/pace {"every_ms": 100}    0 stands still
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from containers.flow_server import binance, bybit, coinex, htx, kucoin, mexc, okx
from containers.flow_server.flow import ALL_USUAL, Flow, Terms, symbols
from containers.flow_server.venue import Venue

MARKETS = ("spot", "futures")
VENUES = {
    "binance": binance.Words,
    "bybit": bybit.Words,
    "okx": okx.Words,
    "kucoin": kucoin.Words,
    "coinex": coinex.Words,
    "htx": htx.Words,
    "mexc": mexc.Words,
}
ALWAYS_MOVES = "binance"
"""Books of all others stand still while nobody listens."""

IDLE_S = 0.05


class Server:
    """The venues and their pace.

    Args:
        pairs: instruments of each market.
        seed: of books, trades and cuts.
        every_ms: between steps.
        terms: of the instruments that have not the usual ones, by their names.
    """

    def __init__(
        self,
        *,
        pairs: int,
        seed: int,
        every_ms: int,
        terms: Mapping[str, Terms] = ALL_USUAL,
    ) -> None:
        self.venues: dict[str, Venue] = {}
        for index, market in enumerate(MARKETS):
            for name, words in VENUES.items():
                flow = Flow(symbols(pairs, terms), seed=seed + index)
                self.venues[f"{name}/{market}"] = Venue(
                    words(market, flow), flow, now=time.monotonic, idles=name != ALWAYS_MOVES
                )
        self.every_ms = every_ms
        self._chance = random.Random(seed)  # noqa: S311 - seeded, not secret

    @asynccontextmanager
    async def open(self, host: str, port: int) -> AsyncGenerator[int]:
        """Serve until the block ends; gives the port."""
        app = web.Application()
        for name, venue in self.venues.items():
            app.router.add_routes(venue.routes(f"/{name}"))
        app.router.add_get("/control/health", self._health)
        app.router.add_get("/control/stats", self._stats)
        app.router.add_get("/control/sent/{market:.+}/{symbol}", self._sent)
        app.router.add_post("/control/cut", self._cut)
        app.router.add_post("/control/accepts", self._accepts)
        app.router.add_post("/control/pace", self._pace)
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        steps = asyncio.create_task(self._run())
        try:
            yield int(runner.addresses[0][1])
        finally:
            steps.cancel()
            for venue in self.venues.values():
                venue.cut(lambda: 0.0, 1.0)
            await runner.cleanup()

    async def _run(self) -> None:
        """Step at the pace, and catch up with what was missed; no two steps have one time."""
        loop = asyncio.get_running_loop()
        due, at_ms = loop.time(), 0
        while True:
            if not self.every_ms:
                await asyncio.sleep(IDLE_S)
                due = loop.time()
                continue
            due += self.every_ms / 1000
            await asyncio.sleep(max(0.0, due - loop.time()))
            at_ms = max(at_ms + 1, time.time_ns() // 1_000_000)
            for venue in self.venues.values():
                venue.step(at_ms)

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _stats(self, _: web.Request) -> web.Response:
        return web.json_response({name: _stats(venue) for name, venue in self.venues.items()})

    async def _sent(self, request: web.Request) -> web.Response:
        venue = self.venues.get(request.match_info["market"])
        book = None if venue is None else venue.flow.books.get(request.match_info["symbol"])
        if book is None:
            return web.json_response({"message": "no such book"}, status=404)
        return web.json_response(list(book.sent))

    async def _cut(self, request: web.Request) -> web.Response:
        share = float((await request.json()).get("share", 1))
        cut = sum(venue.cut(self._chance.random, share) for venue in self.venues.values())
        return web.json_response({"cut": cut})

    async def _accepts(self, request: web.Request) -> web.Response:
        value = bool((await request.json())["value"])
        for venue in self.venues.values():
            venue.accepts = value
        return web.json_response({"accepts": value})

    async def _pace(self, request: web.Request) -> web.Response:
        self.every_ms = int((await request.json())["every_ms"])
        return web.json_response({"every_ms": self.every_ms})


def _stats(venue: Venue) -> dict[str, Any]:
    return {
        "clients": len(venue.clients),
        "topics": sum(len(client.topics) for client in venue.clients),
        "connects_refused": venue.connects.refused,
        "weight_refused": venue.weight.refused,
        "weight_now": venue.weight.total,
        "cut_for_messages": venue.cut_for_messages,
        "cut_for_silence": venue.cut_for_silence,
        "books": {name: book.last for name, book in venue.flow.books.items()},
    }
