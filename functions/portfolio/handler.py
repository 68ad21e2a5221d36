"""What an organization owns over HTTP: the whole, its parts, and how it got there."""

from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.portfolio import (
    BalanceView,
    EquityView,
    PortfolioHistoryQuery,
    PortfolioQuery,
    PortfolioView,
    PositionView,
)
from janym.api.requests import PageQuery, caller, query
from janym.telemetry import logger
from janym.usecases import portfolio

app = new_app(wiring.admit)


@app.get("/api/portfolio")
def overview() -> Response[str]:
    asked, now = query(app, PortfolioQuery), wiring.clock().now()
    with wiring.units()(caller(app).organization) as uow:
        found = portfolio.overview(uow, asked.environment)
    return respond(PortfolioView.of(found, now=now))


@app.get("/api/portfolio/history")
def history() -> Response[str]:
    asked = query(app, PortfolioHistoryQuery)
    span = asked.span(wiring.clock().now())
    with wiring.units()(caller(app).organization) as uow:
        points = portfolio.curve(uow, asked.environment, span)
    return respond(EquityView.of(asked.environment, span, points))


@app.get("/api/positions")
def positions() -> Response[str]:
    page, now = query(app, PageQuery).page(), wiring.clock().now()
    with wiring.units()(caller(app).organization) as uow:
        found = portfolio.positions(uow, page)
    return respond(listed(found, partial(PositionView.of, now=now)))


@app.get("/api/balances")
def balances() -> Response[str]:
    page, now = query(app, PageQuery).page(), wiring.clock().now()
    with wiring.units()(caller(app).organization) as uow:
        found = portfolio.balances(uow, page)
    return respond(listed(found, partial(BalanceView.of, now=now)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
