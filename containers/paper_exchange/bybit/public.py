"""Bybit's public REST calls: time, instruments, books, trades, candles, tickers.

https://github.com/bybit-exchange/docs/tree/master/docs/v5/market
"""

from aiohttp import web

from containers.paper_exchange.bybit import errors, params, shapes
from containers.paper_exchange.bybit.shapes import Json
from containers.paper_exchange.bybit.streams import DEEPEST
from containers.paper_exchange.bybit.venue import Venue, facts_of
from containers.paper_exchange.day import day_of

MINUTE_MS = 60_000
INTERVALS = {
    **{str(minutes): minutes for minutes in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    "D": 1_440,
}
"""Minutes of each interval that is served."""
NANOSECONDS = 1_000_000


class PublicApi:
    """Handlers of calls that need no key."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._exchange = venue.exchange

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v5/market/time", self.time),
            web.get("/v5/market/instruments-info", self.instruments),
            web.get("/v5/market/orderbook", self.book),
            web.get("/v5/market/tickers", self.tickers),
            web.get("/v5/market/recent-trade", self.trades),
            web.get("/v5/market/kline", self.klines),
        ]

    async def time(self, request: web.Request) -> web.Response:
        now = self._venue.gate.now_ms(facts_of(request))
        result: Json = {"timeSecond": str(now // 1000), "timeNano": str(now * NANOSECONDS)}
        return web.json_response(errors.envelope(result, now_ms=now))

    async def instruments(self, request: web.Request) -> web.Response:
        params.spot(request.query)
        known = self._exchange.engine.instruments
        rows = [shapes.instrument(known[name]) for name in self._venue.symbols(request.query)]
        return self._list(rows)

    async def book(self, request: web.Request) -> web.Response:
        params.spot(request.query)
        depth = params.limit(request.query, default=1, most=DEEPEST)
        symbol = self._venue.symbol(request.query)
        return self._venue.answer(self._venue.market_streams.book(symbol, depth))

    async def tickers(self, request: web.Request) -> web.Response:
        params.spot(request.query)
        return self._list([self._ticker(name) for name in self._venue.symbols(request.query)])

    async def trades(self, request: web.Request) -> web.Response:
        params.spot(request.query)
        symbol = self._venue.symbol(request.query)
        limit = params.limit(request.query, default=60, most=60)
        newest = list(self._exchange.tapes[symbol].trades)[: -limit - 1 : -1]
        return self._list([shapes.recent_trade(one) for one in newest])

    async def klines(self, request: web.Request) -> web.Response:
        params.spot(request.query)
        symbol = self._venue.symbol(request.query)
        minutes = INTERVALS.get(params.required(request.query, "interval"))
        if minutes is None:
            raise errors.bad_parameter("params error: interval invalid")
        interval_ms = minutes * MINUTE_MS
        limit = params.limit(request.query, default=200, most=1000)
        now = self._exchange.now_ms()
        start = params.integer(request.query, "start")
        end = min(params.integer(request.query, "end") or now, now)
        first = end - end % interval_ms - (limit - 1) * interval_ms
        candles = self._exchange.candles[symbol].window(
            interval_ms, first_ms=max(first, start or 0), count=limit, now_ms=end
        )
        return self._list([shapes.kline(one) for one in reversed(candles)], symbol=symbol)

    def _ticker(self, symbol: str) -> Json:
        top = self._venue.market_streams.top(symbol)
        ticker = shapes.ticker(symbol, day_of(self._exchange, symbol))
        return ticker | top

    def _list(self, rows: object, **more: str) -> web.Response:
        return self._venue.answer({"category": "spot", **more, "list": rows})
