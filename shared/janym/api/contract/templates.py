"""Routes of `functions/templates`."""

from http import HTTPStatus

from janym.api.configurations import BotDocument, PutTemplate, TemplateView, UseTemplate
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.requests import WholeQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/templates",
        summary="List the templates that bots can be made from, the platform's and your own",
        query=WholeQuery,
        answer=ListView[TemplateView],
    ),
    Route(
        call="GET /api/templates/{name}",
        summary="Read a template",
        answer=TemplateView,
        example=Example(path={"name": "template_name"}),
    ),
    Route(
        call="PUT /api/templates/{name}",
        summary="Keep a template of your own under this name",
        role=Role.TRADER,
        body=PutTemplate,
        answer=TemplateView,
        problems=("ORGANIZATION_MISSING", "TEMPLATE_LIMIT", "TEMPLATE_OF_LIBRARY"),
        example=Example(
            path={"name": "template_name"},
            body={
                "description": "Half a percent on each side",
                "strategy_type": "pure_market_making",
                "config": {"bid_spread": "0.005", "ask_spread": "0.005"},
            },
        ),
    ),
    Route(
        call="DELETE /api/templates/{name}",
        summary="Delete a template of your own",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
        problems=("TEMPLATE_OF_LIBRARY",),
        example=Example(path={"name": "template_name"}),
    ),
    Route(
        call="POST /api/templates/{name}/configuration",
        summary="Fill in what a template leaves open, and get the document that import takes",
        body=UseTemplate,
        answer=BotDocument,
        example=Example(
            path={"name": "template_name"},
            body={
                "name": "Wide maker",
                "exchange": "binance",
                "environment": "paper",
                "trading_pair": "ETH-USDT",
                "config": {"order_amount": "0.05", "order_refresh_time": "30"},
            },
        ),
    ),
)
