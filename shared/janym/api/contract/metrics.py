"""Routes of `functions/metrics`."""

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.metrics import BotMetricsView, HistoryQuery, LatestView, ProfitAndLossView
from janym.api.requests import PageQuery

ROUTES = (
    Route(
        call="GET /api/metrics",
        summary="List the bots, newest first, each with its newest figures",
        query=PageQuery,
        answer=ListView[LatestView],
    ),
    Route(
        call="GET /api/bots/{bot_id}/metrics",
        summary="Read a bot's newest figures and those of a span of time",
        query=HistoryQuery,
        answer=BotMetricsView,
        example=Example(
            query={
                "since": "2026-11-21T12:00:00Z",
                "until": "2026-11-21T12:01:00Z",
                "limit": "2",
            }
        ),
    ),
    Route(
        call="GET /api/bots/{bot_id}/pnl",
        summary="Read what a bot's executions earned",
        answer=ProfitAndLossView,
    ),
)
