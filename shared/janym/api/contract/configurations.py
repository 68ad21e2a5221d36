"""Routes of `functions/configurations`."""

from http import HTTPStatus

from janym.api.bots import BotView, UpdatedBotView
from janym.api.configurations import BotDocument, DiffQuery, DiffView, ImportBot, VersionView
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/bots/{bot_id}/versions",
        summary="List what a bot was, newest first",
        query=PageQuery,
        answer=ListView[VersionView],
    ),
    Route(
        call="GET /api/bots/{bot_id}/versions/{number}",
        summary="Read what a bot was in one of its versions",
        answer=VersionView,
    ),
    Route(
        call="GET /api/bots/{bot_id}/versions/{number}/diff",
        summary="Compare a version with another, or with the one before it",
        query=DiffQuery,
        answer=DiffView,
    ),
    Route(
        call="POST /api/bots/{bot_id}/versions/{number}/rollback",
        summary="Make a bot again what it was in a version",
        role=Role.TRADER,
        answer=UpdatedBotView,
        problems=("BOT_NOT_STOPPED", "VENUE_REFUSED"),
    ),
    Route(
        call="GET /api/bots/{bot_id}/export",
        summary="Write a bot as a document that can be brought in again",
        answer=BotDocument,
    ),
    Route(
        call="POST /api/bots/import",
        summary="Make a bot of a document, stopped; older versions are brought up to the present",
        role=Role.TRADER,
        body=ImportBot,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=BotView,
        problems=("ALREADY_EXISTS", "BOT_LIMIT", "ORGANIZATION_MISSING", "VENUE_REFUSED"),
        example=Example(
            body={
                "document": {
                    "version": 2,
                    "instance_settings": {"name": "Maker from a file"},
                    "strategy_configs": [
                        {
                            "strategy_type": "pure_market_making",
                            "trading_pair": "ETH-USDT",
                            "config": {
                                "bid_spread": "0.001",
                                "ask_spread": "0.001",
                                "order_amount": "0.05",
                                "order_refresh_time": "15",
                            },
                        }
                    ],
                    "exchange_settings": {"exchange": "binance", "environment": "paper"},
                    "risk_settings": {},
                },
                "credential_id": "{credential_id}",
            }
        ),
    ),
)
