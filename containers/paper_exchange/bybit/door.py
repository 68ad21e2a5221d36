"""Bybit's side of the server: its routes, its errors and its headers."""

from aiohttp import web

from containers.paper_exchange.bybit import errors
from containers.paper_exchange.bybit.account import AccountApi
from containers.paper_exchange.bybit.errors import BybitError
from containers.paper_exchange.bybit.private_stream import PrivateStreams
from containers.paper_exchange.bybit.public import PublicApi
from containers.paper_exchange.bybit.signed import Signed
from containers.paper_exchange.bybit.sockets import Sockets
from containers.paper_exchange.bybit.streams import MarketStreams
from containers.paper_exchange.bybit.trading import TradingApi
from containers.paper_exchange.bybit.venue import Venue, facts_of
from containers.paper_exchange.floor import Floor
from containers.paper_exchange.gate import Gate, Handler

RESET_HEADER = "X-Bapi-Limit-Reset-Timestamp"


class BybitDoor:
    """Answers Bybit v5 spot on one floor."""

    def __init__(self, floor: Floor) -> None:
        self._exchange = floor.exchange
        self._venue = Venue(
            exchange=floor.exchange,
            gate=Gate(floor, errors),
            private_streams=PrivateStreams(floor.exchange, floor.faults),
            market_streams=MarketStreams(floor.exchange),
        )
        floor.user_sides.append(self._venue.private_streams)
        floor.market_sides.append(self._venue.market_streams)

    def routes(self) -> list[web.RouteDef]:
        signed = Signed(self._venue)
        parts = (
            PublicApi(self._venue),
            TradingApi(self._venue, signed),
            AccountApi(self._venue, signed),
            Sockets(self._venue),
        )
        return [route for part in parts for route in part.routes()]

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Handle a request; what it raises becomes Bybit's answer."""
        try:
            self._venue.gate.admit(facts_of(request))
            return await handler(request)
        except BybitError as error:
            return self._refusal(error)

    def _refusal(self, error: BybitError) -> web.Response:
        now = self._exchange.now_ms()
        body = errors.envelope({}, now_ms=now, code=error.code, text=error.text)
        headers: dict[str, str] = {}
        if error.retry_after_s is not None:
            headers[RESET_HEADER] = str(now + error.retry_after_s * 1000)
        return web.json_response(body, status=error.status, headers=headers)
