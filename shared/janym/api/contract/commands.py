"""Routes of `functions/commands`."""

from janym.api.commands import CommandView
from janym.api.contract.route import Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery

ROUTES = (
    Route(
        call="GET /api/bots/{bot_id}/commands",
        summary="List what was asked of a bot, newest first",
        query=PageQuery,
        answer=ListView[CommandView],
    ),
    Route(
        call="GET /api/commands/{command_id}",
        summary="Read how far a command got",
        answer=CommandView,
    ),
)
