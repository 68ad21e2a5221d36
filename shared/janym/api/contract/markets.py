"""Routes of `functions/markets`."""

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.markets import (
    BookQuery,
    BookView,
    CandlesQuery,
    CandleView,
    GapView,
    InstrumentView,
    ListingsQuery,
    QuoteView,
    SpanQuery,
    TickerView,
    TradesQuery,
    TradeView,
)

_MARKET = {"exchange": "binance", "market": "spot"}
_PAIR = _MARKET | {"pair": "BTC/USDT"}
_SPAN = _PAIR | {"since": "2026-11-21T11:00:00Z", "until": "2026-11-21T12:00:00Z"}

ROUTES = (
    Route(
        call="GET /api/instruments",
        summary="List what an exchange lists, as collectors last read it",
        query=ListingsQuery,
        answer=ListView[InstrumentView],
        example=Example(query=_MARKET),
    ),
    Route(
        call="GET /api/tickers",
        summary="Sum up the last 24 hours of every collected pair",
        query=ListingsQuery,
        answer=ListView[TickerView],
        example=Example(query=_MARKET),
    ),
    Route(
        call="GET /api/candles",
        summary="Build candles from the trades of a span of time, oldest first",
        query=CandlesQuery,
        answer=ListView[CandleView],
        example=Example(query=_SPAN | {"interval": "1h"}),
    ),
    Route(
        call="GET /api/book",
        summary="Rebuild an order book as it was at any instant, and say how far to trust it",
        query=BookQuery,
        answer=BookView,
        problems=("NOT_FOUND",),
        example=Example(query=_PAIR | {"at": "2026-11-21T11:59:59.500Z", "limit": "2"}),
    ),
    Route(
        call="GET /api/trades",
        summary="List the last trades of a span of time, newest first",
        query=TradesQuery,
        answer=ListView[TradeView],
        example=Example(query=_SPAN | {"limit": "2"}),
    ),
    Route(
        call="GET /api/bbo",
        summary="List the last best bids and offers of a span of time, newest first",
        query=TradesQuery,
        answer=ListView[QuoteView],
        example=Example(query=_SPAN | {"limit": "2"}),
    ),
    Route(
        call="GET /api/gaps",
        summary="List the times in which a book, trades or best prices could not be had",
        query=SpanQuery,
        answer=ListView[GapView],
        example=Example(query=_SPAN),
    ),
)
