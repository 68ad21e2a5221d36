"""Routes of `functions/metrics`."""

from janym.api.contract.route import Example, Route
from janym.api.metrics import BotMetricsView, HistoryQuery, ProfitAndLossView

ROUTES = (
    Route(
        call="GET /api/bots/{bot_id}/metrics",
        summary="Read a bot's newest figures and those of a span of time",
        query=HistoryQuery,
        answer=BotMetricsView,
        example=Example(query={"since": "2026-11-21T11:00:00Z", "limit": "2"}),
    ),
    Route(
        call="GET /api/bots/{bot_id}/pnl",
        summary="Read what a bot's executions earned",
        answer=ProfitAndLossView,
    ),
)
