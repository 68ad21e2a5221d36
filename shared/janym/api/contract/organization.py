"""Routes of `functions/organization`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.organization import (
    OrganizationView,
    PutLimits,
    PutLiveTrading,
    PutOrganization,
    PutState,
    StateView,
)
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/organization",
        summary="Read your organization",
        answer=OrganizationView,
        problems=("NOT_FOUND",),
    ),
    Route(
        call="PUT /api/organization",
        summary="Create your organization, or name it anew",
        role=Role.ADMIN,
        body=PutOrganization,
        answer=OrganizationView,
        example=Example(body={"name": "Acme Trading"}),
    ),
    Route(
        call="PUT /api/organization/state",
        summary="Halt everything, let everything rest, or allow trading again",
        role=Role.TRADER,
        body=PutState,
        status=HTTPStatus.ACCEPTED,
        answer=StateView,
        problems=("NOT_FOUND",),
        example=Example(
            body={"state": "HALTED", "reason": "the market is broken", "stop_mode": "cancel_orders"}
        ),
    ),
    Route(
        call="PUT /api/organization/live-trading",
        summary="Allow bots to trade with real money, confirmed in words, or forbid it",
        role=Role.ADMIN,
        body=PutLiveTrading,
        answer=OrganizationView,
        problems=("NOT_FOUND", "LIVE_BOTS_RUN"),
        example=Example(
            body={"enabled": True, "confirmation": "trade real money in org_acme"},
        ),
    ),
    Route(
        call="PUT /api/organization/limits",
        summary="Say how much of each your organization may have",
        role=Role.ADMIN,
        body=PutLimits,
        answer=OrganizationView,
        problems=("NOT_FOUND",),
        example=Example(
            body={
                "bots": 100,
                "running_bots": 50,
                "credentials": 100,
                "requests_per_minute": 6000,
            }
        ),
    ),
)
