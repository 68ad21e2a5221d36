"""Binance's public REST calls: time, rules, books, trades, candles, tickers.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from aiohttp import web

from containers.paper_exchange.binance import errors, params, shapes
from containers.paper_exchange.binance.shapes import Json, number
from containers.paper_exchange.binance.streams import book_ticker, snapshot
from containers.paper_exchange.binance.venue import Venue, facts_of
from containers.paper_exchange.day import day_of

MINUTE_MS = 60_000
INTERVALS = {
    "1m": 1,
    "3m": 3,
    "5m": 5,
    "15m": 15,
    "30m": 30,
    "1h": 60,
    "2h": 120,
    "4h": 240,
    "6h": 360,
    "8h": 480,
    "12h": 720,
    "1d": 1_440,
}
"""Minutes of each interval that is served."""
RATE_LIMITS = [
    {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
    {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
    {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200_000},
    {"rateLimitType": "RAW_REQUESTS", "interval": "MINUTE", "intervalNum": 5, "limit": 61_000},
]


class PublicApi:
    """Handlers of calls that need no key."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._exchange = venue.exchange

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/v3/ping", self.ping),
            web.get("/api/v3/time", self.time),
            web.get("/api/v3/exchangeInfo", self.exchange_info),
            web.get("/api/v3/depth", self.depth),
            web.get("/api/v3/trades", self.trades),
            web.get("/api/v3/aggTrades", self.aggregate_trades),
            web.get("/api/v3/klines", self.klines),
            web.get("/api/v3/ticker/price", self.ticker_price),
            web.get("/api/v3/ticker/bookTicker", self.ticker_book),
            web.get("/api/v3/ticker/24hr", self.ticker_day),
        ]

    async def ping(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def time(self, request: web.Request) -> web.Response:
        return web.json_response({"serverTime": self._venue.gate.now_ms(facts_of(request))})

    async def exchange_info(self, request: web.Request) -> web.Response:
        instruments = self._exchange.engine.instruments
        symbols, _ = self._symbols(request)
        return web.json_response(
            {
                "timezone": "UTC",
                "serverTime": self._exchange.now_ms(),
                "rateLimits": RATE_LIMITS,
                "exchangeFilters": [],
                "symbols": [shapes.symbol(instruments[name]) for name in symbols],
            }
        )

    async def depth(self, request: web.Request) -> web.Response:
        symbol = self._symbol(request)
        limit = params.limit(request.query, default=100, most=5000)
        return web.json_response(snapshot(self._exchange.engine.books[symbol], limit))

    async def trades(self, request: web.Request) -> web.Response:
        symbol = self._symbol(request)
        limit = params.limit(request.query, default=500, most=1000)
        recent = list(self._exchange.tapes[symbol].trades)[-limit:]
        return web.json_response([shapes.trade(one) for one in recent])

    async def aggregate_trades(self, request: web.Request) -> web.Response:
        symbol = self._symbol(request)
        limit = params.limit(request.query, default=500, most=1000)
        from_id = params.integer(request.query, "fromId")
        start = params.integer(request.query, "startTime")
        end = params.integer(request.query, "endTime")
        found = [
            one
            for one in self._exchange.tapes[symbol].aggregates
            if (from_id is None or one.id >= from_id)
            and (start is None or one.time_ms >= start)
            and (end is None or one.time_ms <= end)
        ]
        chosen = found[-limit:] if from_id is None and start is None else found[:limit]
        return web.json_response([shapes.aggregate_trade(one) for one in chosen])

    async def klines(self, request: web.Request) -> web.Response:
        symbol = self._symbol(request)
        name = params.required(request.query, "interval")
        if name not in INTERVALS:
            raise errors.BinanceError(-1120, "Invalid interval.")
        interval_ms = INTERVALS[name] * MINUTE_MS
        limit = params.limit(request.query, default=500, most=1000)
        now = self._exchange.now_ms()
        start = params.integer(request.query, "startTime")
        end = min(params.integer(request.query, "endTime") or now, now)
        first = end - end % interval_ms - (limit - 1) * interval_ms if start is None else start
        candles = self._exchange.candles[symbol].window(
            interval_ms, first_ms=max(first, 0), count=limit, now_ms=end
        )
        return web.json_response([shapes.kline(one, interval_ms) for one in candles])

    async def ticker_price(self, request: web.Request) -> web.Response:
        return self._tickers(
            request,
            lambda name: {
                "symbol": name,
                "price": number(self._exchange.tapes[name].last_price),
            },
        )

    async def ticker_book(self, request: web.Request) -> web.Response:
        return self._tickers(request, lambda name: book_ticker(self._exchange, name))

    async def ticker_day(self, request: web.Request) -> web.Response:
        return self._tickers(request, self._day)

    def _tickers(self, request: web.Request, one: Callable[[str], Json]) -> web.Response:
        symbols, single = self._symbols(request)
        rows = [one(name) for name in symbols]
        return web.json_response(rows[0] if single else rows)

    def _day(self, symbol: str) -> Json:
        day = day_of(self._exchange, symbol)
        top = book_ticker(self._exchange, symbol)
        trades = self._exchange.tapes[symbol].trades
        return {
            "symbol": symbol,
            "priceChange": number(day.last - day.opened),
            "priceChangePercent": f"{day.change * 100:.3f}",
            "weightedAvgPrice": number(day.turnover / day.volume),
            "prevClosePrice": number(day.opened),
            "lastPrice": number(day.last),
            "lastQty": number(trades[-1].quantity if trades else Decimal(0)),
            "bidPrice": top["bidPrice"],
            "bidQty": top["bidQty"],
            "askPrice": top["askPrice"],
            "askQty": top["askQty"],
            "openPrice": number(day.opened),
            "highPrice": number(day.high),
            "lowPrice": number(day.low),
            "volume": number(day.volume),
            "quoteVolume": number(day.turnover),
            "openTime": day.first_ms,
            "closeTime": day.last_ms,
            "firstId": trades[0].id if trades else -1,
            "lastId": trades[-1].id if trades else -1,
            "count": day.trades,
        }

    def _symbol(self, request: web.Request) -> str:
        name = params.required(request.query, "symbol")
        if name not in self._exchange.engine.instruments:
            raise errors.BinanceError(-1121, "Invalid symbol.")
        return name

    def _symbols(self, request: web.Request) -> tuple[list[str], bool]:
        """Return the symbols asked for, all by default, and whether it is a single one."""
        if request.query.get("symbol"):
            return [self._symbol(request)], True
        if not request.query.get("symbols"):
            return list(self._exchange.engine.instruments), False
        names = _names(request.query["symbols"])
        if not all(name in self._exchange.engine.instruments for name in names):
            raise errors.BinanceError(-1121, "Invalid symbol.")
        return names, False


def _names(text: str) -> list[str]:
    try:
        given: object = json.loads(text)
    except ValueError:
        given = None
    names = cast("list[object]", given) if isinstance(given, list) else []
    if not names or not all(isinstance(name, str) for name in names):
        raise errors.illegal("symbols", r"^\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\")*)\]$")
    return [str(name) for name in names]
