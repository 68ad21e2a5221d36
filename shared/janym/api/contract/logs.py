"""Routes of `functions/logs`."""

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.logs import LogsQuery, LogView, RejectedView
from janym.api.requests import PageQuery

ROUTES = (
    Route(
        call="GET /api/bots/{bot_id}/logs",
        summary="List a bot's log lines, newest first",
        query=LogsQuery,
        answer=ListView[LogView],
        example=Example(query={"level": "warning", "text": "price"}),
    ),
    Route(
        call="GET /api/bots/{bot_id}/rejected",
        summary="List a bot's messages that could not be taken, and why",
        query=PageQuery,
        answer=ListView[RejectedView],
    ),
)
