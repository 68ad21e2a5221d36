"""The server: joins the exchange to its protocols, its control endpoint and its pace."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from containers.paper_exchange.binance.door import BinanceDoor
from containers.paper_exchange.bybit.door import BybitDoor
from containers.paper_exchange.control import Control
from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.faults import Faults
from containers.paper_exchange.floor import Floor
from containers.paper_exchange.gate import Handler

LOG = logging.getLogger("paper_exchange")
GRACE_S = 2.0
CONTROL = "/control/"
BYBIT = "/v5/"


class Door(Protocol):
    """One protocol's side of the server."""

    def routes(self) -> list[web.RouteDef]: ...

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Handle a request; what it raises becomes the protocol's own answer."""
        ...


class JournalLost(Exception):
    """The disk refused a commit: memory is ahead of it, so this process must not go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    host: str
    port: int


class Server:
    """One exchange on one port."""

    def __init__(self, exchange: Exchange, *, control_token: str | None, tick_ms: int) -> None:
        """With `tick_ms` 0 the markets advance by `POST /control/steps` only."""
        self._floor = Floor(exchange=exchange, faults=Faults())
        self._binance: Door = BinanceDoor(self._floor)
        self._bybit: Door = BybitDoor(self._floor)
        self._tick_s = tick_ms / 1000
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._app = web.Application(middlewares=[self._answer])
        for part in (self._binance, self._bybit, Control(self._floor, token=control_token)):
            self._app.add_routes(part.routes())

    async def run(
        self, address: Address, *, stop: asyncio.Event, listening: Callable[[int], None]
    ) -> None:
        """Serve until `stop` is set. `listening` learns the port. Raises `JournalLost`."""
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=GRACE_S)
        await runner.setup()
        site = web.TCPSite(runner, address.host, address.port)
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(self._tick())]
        try:
            await site.start()
            listening(int(runner.addresses[0][1]))
            ended, _ = await asyncio.wait([*ends, self._lost], return_when=asyncio.FIRST_COMPLETED)
            for end in ended:
                end.result()
        except sqlite3.Error as refused:
            raise JournalLost(f"the journal refused a commit ({refused}); restart") from refused
        finally:
            for end in ends:
                end.cancel()
            self._floor.close()
            await runner.cleanup()

    async def _tick(self) -> None:
        """Advance for ever; without a pace of its own, wait for ever."""
        if not self._tick_s:
            await asyncio.get_running_loop().create_future()
        while True:
            await asyncio.sleep(self._tick_s)
            self._floor.advance()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count what was asked, and let the protocol answer that the path belongs to."""
        resource = request.match_info.route.resource
        known = "unknown path" if resource is None else resource.canonical
        self._floor.requests[f"{request.method} {known}"] += 1
        try:
            if request.path.startswith(CONTROL):
                return await handler(request)
            door = self._bybit if request.path.startswith(BYBIT) else self._binance
            return await door.answer(request, handler)
        except sqlite3.Error as refused:
            if not self._lost.done():
                self._lost.set_exception(refused)
            raise
