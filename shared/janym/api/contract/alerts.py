"""Routes of `functions/alerts`."""

from http import HTTPStatus

from janym.api.alerts import (
    AlertsQuery,
    AlertView,
    CreateRule,
    DeliveryView,
    RuleBody,
    RuleView,
)
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.requests import PageQuery, WholeQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/alerts",
        summary="List what was told, newest first",
        query=AlertsQuery,
        answer=ListView[AlertView],
        example=Example(query={"state": "open"}),
    ),
    Route(
        call="GET /api/alerts/{alert_id}/deliveries",
        summary="List the ways an alert went, and how far",
        query=WholeQuery,
        answer=ListView[DeliveryView],
    ),
    Route(
        call="POST /api/alerts/{alert_id}/acknowledge",
        summary="Note that you have seen an alert",
        role=Role.TRADER,
        idempotent=True,
        answer=AlertView,
    ),
    Route(
        call="GET /api/alerts/rules",
        summary="List what is watched for",
        query=PageQuery,
        answer=ListView[RuleView],
    ),
    Route(
        call="POST /api/alerts/rules",
        summary="Watch for something",
        role=Role.TRADER,
        body=CreateRule,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=RuleView,
        problems=("ORGANIZATION_MISSING",),
        example=Example(
            body={
                "kind": "loss_limit",
                "bot_id": "{bot_id}",
                "threshold": "250",
                "severity": "critical",
            }
        ),
    ),
    Route(
        call="PUT /api/alerts/rules/{rule_id}",
        summary="Replace a rule; its kind stays",
        role=Role.TRADER,
        body=RuleBody,
        answer=RuleView,
        example=Example(body={"threshold": "500", "severity": "critical"}),
    ),
    Route(
        call="DELETE /api/alerts/rules/{rule_id}",
        summary="Watch for something no longer",
        role=Role.TRADER,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
    ),
)
