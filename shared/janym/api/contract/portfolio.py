"""Routes of `functions/portfolio`."""

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.portfolio import (
    BalanceView,
    EquityView,
    PortfolioHistoryQuery,
    PortfolioQuery,
    PortfolioView,
    PositionView,
)
from janym.api.requests import PageQuery

ROUTES = (
    Route(
        call="GET /api/portfolio",
        summary="Read what you own in an environment, by exchange, and what each strategy earned",
        query=PortfolioQuery,
        answer=PortfolioView,
        example=Example(query={"environment": "paper"}),
    ),
    Route(
        call="GET /api/portfolio/history",
        summary="Read what you owned through a span of time",
        query=PortfolioHistoryQuery,
        answer=EquityView,
        example=Example(query={"environment": "paper", "limit": "10"}),
    ),
    Route(
        call="GET /api/positions",
        summary="List what each bot's executions add up to, at the newest prices",
        query=PageQuery,
        answer=ListView[PositionView],
    ),
    Route(
        call="GET /api/balances",
        summary="List what each account holds, with its worth and who tells it",
        query=PageQuery,
        answer=ListView[BalanceView],
    ),
)
