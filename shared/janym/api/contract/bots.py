"""Routes of `functions/bots`."""

from http import HTTPStatus

from janym.api.bots import BotView, ConfigView, CreateBot, UpdateBot, UpdatedBotView
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/bots",
        summary="List your bots, newest first",
        query=PageQuery,
        answer=ListView[BotView],
        example=Example(query={"limit": "1"}),
    ),
    Route(
        call="POST /api/bots",
        summary="Create a bot, stopped",
        role=Role.TRADER,
        body=CreateBot,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=BotView,
        problems=("ALREADY_EXISTS", "BOT_LIMIT", "ORGANIZATION_MISSING", "VENUE_REFUSED"),
        example=Example(
            body={
                "name": "Second maker",
                "strategy_type": "pure_market_making",
                "exchange": "binance",
                "environment": "paper",
                "trading_pair": "ETH-USDT",
                "credential_id": "{credential_id}",
                "config": {
                    "bid_spread": "0.001",
                    "ask_spread": "0.001",
                    "order_amount": "0.05",
                    "order_refresh_time": "15",
                },
            }
        ),
    ),
    Route(
        call="GET /api/bots/{bot_id}",
        summary="Read a bot: what it is, what is wanted of it, what it is doing",
        answer=BotView,
    ),
    Route(
        call="GET /api/bots/{bot_id}/config",
        summary="Read the configuration that is stored and the one that is in force",
        answer=ConfigView,
    ),
    Route(
        call="PUT /api/bots/{bot_id}",
        summary="Change a bot; what is not sent stays as it is",
        role=Role.TRADER,
        body=UpdateBot,
        answer=UpdatedBotView,
        problems=("BOT_NOT_STOPPED", "VENUE_REFUSED"),
        example=Example(body={"config": {"bid_spread": "0.002"}}),
    ),
    Route(
        call="DELETE /api/bots/{bot_id}",
        summary="Delete a stopped bot",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
        problems=("BOT_RUNNING",),
        example=Example(path={"bot_id": "stopped_bot_id"}),
    ),
)
