"""The server: joins the exchange to its protocol, its control endpoint and its pace."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from containers.paper_exchange.binance.errors import BinanceError
from containers.paper_exchange.binance.market_socket import MarketSockets
from containers.paper_exchange.binance.public import PublicApi
from containers.paper_exchange.binance.streams import MarketStreams
from containers.paper_exchange.binance.trading import TradingApi
from containers.paper_exchange.binance.user_socket import UserSockets
from containers.paper_exchange.binance.user_stream import UserStreams
from containers.paper_exchange.binance.venue import Venue, facts_of
from containers.paper_exchange.control import Control
from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.faults import Faults
from containers.paper_exchange.limits import ORDER_PATH, Limits

LOG = logging.getLogger("paper_exchange")
GRACE_S = 2.0
CONTROL = "/control/"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
        faults = Faults()
        self.venue = Venue(
            exchange=exchange,
            faults=faults,
            user_streams=UserStreams(exchange, faults),
            market_streams=MarketStreams(exchange),
        )
        self._tick_s = tick_ms / 1000
        self._limits = Limits()
        self._lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._app = web.Application(middlewares=[self._answer])
        for part in (
            PublicApi(self.venue),
            TradingApi(self.venue),
            MarketSockets(self.venue),
            UserSockets(self.venue),
            Control(self.venue, token=control_token, advance=self.advance),
        ):
            self._app.add_routes(part.routes())

    def advance(self) -> None:
        """Let the markets take one step, and tell the depth streams."""
        self.venue.exchange.step()
        self.venue.market_streams.flush()

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
            self.venue.user_streams.disconnect(None)
            self.venue.market_streams.disconnect()
            await runner.cleanup()

    async def _tick(self) -> None:
        """Advance for ever; without a pace of its own, wait for ever."""
        if not self._tick_s:
            await asyncio.get_running_loop().create_future()
        while True:
            await asyncio.sleep(self._tick_s)
            self.advance()

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn errors into Binance's answers, and count what was asked."""
        resource = request.match_info.route.resource
        known = "unknown path" if resource is None else resource.canonical
        self.venue.requests[f"{request.method} {known}"] += 1
        try:
            if request.path.startswith(CONTROL):
                return await handler(request)
            return await self._answer_as_binance(request, handler)
        except sqlite3.Error as refused:
            if not self._lost.done():
                self._lost.set_exception(refused)
            raise

    async def _answer_as_binance(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        headers = self._headers(request)
        try:
            self.venue.gate(facts_of(request))
            response = await handler(request)
        except BinanceError as error:
            headers |= error.headers
            response = web.json_response(error.body, status=error.status)
        if not response.prepared:
            response.headers.update(headers)
        return response

    def _headers(self, request: web.Request) -> dict[str, str]:
        now = self.venue.exchange.now_ms()
        headers = self._limits.weigh(request.method, request.path, request.remote or "", now)
        if (request.method, request.path) == ("POST", ORDER_PATH):
            headers |= self._limits.count_order(facts_of(request)["api_key"], now)
        return headers
