"""Routes of `functions/exchanges`."""

from janym.api.contract.route import Route
from janym.api.exchanges import AddressView, ExchangeView, StrategyView
from janym.api.lists import ListView
from janym.api.requests import WholeQuery

ROUTES = (
    Route(
        call="GET /api/exchanges",
        summary="List the exchanges, and what the platform can do at each",
        query=WholeQuery,
        answer=ListView[ExchangeView],
    ),
    Route(
        call="GET /api/exchanges/addresses",
        summary="List the addresses that exchanges see the platform come from",
        query=WholeQuery,
        answer=ListView[AddressView],
    ),
    Route(
        call="GET /api/strategies",
        summary="List the strategies, each with the JSON Schema of its configuration",
        query=WholeQuery,
        answer=ListView[StrategyView],
    ),
)
