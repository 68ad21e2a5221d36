"""Routes of `functions/organization`."""

from janym.api.contract.route import Example, Route
from janym.api.organization import OrganizationView, PutOrganization
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
)
