"""Routes of `functions/runs`."""

from janym.api.contract.route import Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery
from janym.api.runs import BotEventView, RunView

ROUTES = (
    Route(
        call="GET /api/bots/{bot_id}/runs",
        summary="List a bot's runs and how each ended, newest first",
        query=PageQuery,
        answer=ListView[RunView],
    ),
    Route(
        call="GET /api/bots/{bot_id}/events",
        summary="List what became of a bot: each change of its state or of your wish, newest first",
        query=PageQuery,
        answer=ListView[BotEventView],
    ),
)
