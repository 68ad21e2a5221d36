"""Binance's side of the server: its routes, its errors and its headers."""

from aiohttp import web

from containers.paper_exchange.binance import errors
from containers.paper_exchange.binance.errors import BinanceError
from containers.paper_exchange.binance.limits import ORDER_PATH, Limits
from containers.paper_exchange.binance.market_socket import MarketSockets
from containers.paper_exchange.binance.public import PublicApi
from containers.paper_exchange.binance.streams import MarketStreams
from containers.paper_exchange.binance.trading import TradingApi
from containers.paper_exchange.binance.user_socket import UserSockets
from containers.paper_exchange.binance.user_stream import UserStreams
from containers.paper_exchange.binance.venue import Venue, facts_of
from containers.paper_exchange.floor import Floor
from containers.paper_exchange.gate import Gate, Handler


class BinanceDoor:
    """Answers Binance spot on one floor."""

    def __init__(self, floor: Floor) -> None:
        self._exchange = floor.exchange
        self._limits = Limits()
        self._venue = Venue(
            exchange=floor.exchange,
            gate=Gate(floor, errors),
            user_streams=UserStreams(floor.exchange, floor.faults),
            market_streams=MarketStreams(floor.exchange),
        )
        floor.user_sides.append(self._venue.user_streams)
        floor.market_sides.append(self._venue.market_streams)

    def routes(self) -> list[web.RouteDef]:
        parts = (
            PublicApi(self._venue),
            TradingApi(self._venue),
            MarketSockets(self._venue),
            UserSockets(self._venue),
        )
        return [route for part in parts for route in part.routes()]

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Handle a request; what it raises becomes Binance's answer."""
        headers = self._headers(request)
        try:
            self._venue.gate.admit(facts_of(request))
            response = await handler(request)
        except BinanceError as error:
            headers |= error.headers
            response = web.json_response(error.body, status=error.status)
        if not response.prepared:
            response.headers.update(headers)
        return response

    def _headers(self, request: web.Request) -> dict[str, str]:
        now = self._exchange.now_ms()
        headers = self._limits.weigh(request.method, request.path, request.remote or "", now)
        if (request.method, request.path) == ("POST", ORDER_PATH):
            headers |= self._limits.count_order(facts_of(request)["api_key"], now)
        return headers
