"""Routes of `functions/monitoring`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.monitoring import ChangeMonitoring, CollectorView, CreateMonitoring, MonitoringView
from janym.api.requests import PageQuery, WholeQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/collectors",
        summary="See how the platform's collectors are, the liveliest first",
        role=Role.TRADER,
        query=WholeQuery,
        answer=ListView[CollectorView],
    ),
    Route(
        call="GET /api/monitoring",
        summary="List the books that your organization wants collected, newest first",
        query=PageQuery,
        answer=ListView[MonitoringView],
        example=Example(query={"limit": "2"}),
    ),
    Route(
        call="POST /api/monitoring",
        summary="Have an order book and its trades collected",
        role=Role.TRADER,
        body=CreateMonitoring,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=MonitoringView,
        problems=("ALREADY_EXISTS", "MONITORING_LIMIT", "ORGANIZATION_MISSING"),
        example=Example(
            body={
                "exchange": "okx",
                "market": "futures",
                "pair": "BTC/USDT",
                "depth": "full",
                "bbo": True,
            }
        ),
    ),
    Route(
        call="GET /api/monitoring/{monitoring_id}",
        summary="Read how a book is collected",
        answer=MonitoringView,
    ),
    Route(
        call="PUT /api/monitoring/{monitoring_id}",
        summary="Change how a book is collected, or whether it is",
        role=Role.TRADER,
        body=ChangeMonitoring,
        answer=MonitoringView,
        example=Example(body={"depth": "20", "priority": 2}),
    ),
    Route(
        call="DELETE /api/monitoring/{monitoring_id}",
        summary="Collect a book no more; its history stays",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
    ),
)
