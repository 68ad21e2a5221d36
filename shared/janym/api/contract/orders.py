"""Routes of `functions/orders`."""

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.orders import FillView, OrdersQuery, OrderView
from janym.api.requests import PageQuery
from janym.api.timeline import TimelineQuery, TimelineView

ROUTES = (
    Route(
        call="GET /api/orders",
        summary="List the orders of all bots, newest first",
        query=OrdersQuery,
        answer=ListView[OrderView],
        example=Example(query={"open_only": "true"}),
    ),
    Route(
        call="GET /api/bots/{bot_id}/orders",
        summary="List a bot's orders, newest first",
        query=OrdersQuery,
        answer=ListView[OrderView],
    ),
    Route(
        call="GET /api/bots/{bot_id}/fills",
        summary="List a bot's executions, newest first",
        query=PageQuery,
        answer=ListView[FillView],
    ),
    Route(
        call="GET /api/bots/{bot_id}/timeline",
        summary="Follow a request to its command, its orders and the exchange, by any link",
        query=TimelineQuery,
        answer=TimelineView,
        example=Example(query={"exchange_order_id": "70021"}),
    ),
)
