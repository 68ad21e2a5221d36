"""Market data over HTTP: the same for every organization, for it is nobody's."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import whole
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
from janym.api.requests import query
from janym.domain.market import VenueId
from janym.telemetry import logger

app = new_app(wiring.admit)

WRITTEN_WITHIN = timedelta(seconds=5)
"""How long what was heard takes to be read: a book of this moment would never be proven."""


@app.get("/api/instruments")
def instruments() -> Response[str]:
    asked = query(app, ListingsQuery)
    found = wiring.roster().listings(VenueId(asked.exchange), asked.market)
    return respond(whole(found, InstrumentView.of))


@app.get("/api/tickers")
def tickers() -> Response[str]:
    asked, now = query(app, ListingsQuery), wiring.clock().now()
    found = wiring.market_past().tickers(VenueId(asked.exchange), asked.market, at=now)
    return respond(whole(found, TickerView.of))


@app.get("/api/candles")
def candles() -> Response[str]:
    asked = query(app, CandlesQuery)
    since, until = asked.span(wiring.clock().now())
    found = wiring.market_past().candles(asked.place(), asked.interval, since=since, until=until)
    return respond(whole(found, CandleView.of))


@app.get("/api/book")
def book() -> Response[str]:
    asked = query(app, BookQuery)
    at = asked.at or wiring.clock().now() - WRITTEN_WITHIN
    return respond(BookView.of(wiring.market_past().book(asked.place(), at, limit=asked.limit)))


@app.get("/api/trades")
def trades() -> Response[str]:
    asked = query(app, TradesQuery)
    since, until = asked.span(wiring.clock().now())
    found = wiring.market_past().trades(asked.place(), since=since, until=until, limit=asked.limit)
    return respond(whole(found, TradeView.of))


@app.get("/api/bbo")
def quotes() -> Response[str]:
    asked = query(app, TradesQuery)
    since, until = asked.span(wiring.clock().now())
    found = wiring.market_past().quotes(asked.place(), since=since, until=until, limit=asked.limit)
    return respond(whole(found, QuoteView.of))


@app.get("/api/gaps")
def gaps() -> Response[str]:
    asked = query(app, SpanQuery)
    since, until = asked.span(wiring.clock().now())
    found = wiring.market_past().gaps(asked.place(), since=since, until=until)
    return respond(whole(found, GapView.of))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
