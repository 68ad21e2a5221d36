"""Routes of `functions/members`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.api.members import AddMember, MemberView, PutMember
from janym.api.requests import PageQuery
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/organization/members",
        summary="List who belongs to your organization",
        query=PageQuery,
        answer=ListView[MemberView],
    ),
    Route(
        call="POST /api/organization/members",
        summary="Enter somebody by the name that their sign-in token says, or take them back",
        role=Role.ADMIN,
        body=AddMember,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=MemberView,
        problems=("ALREADY_EXISTS", "ORGANIZATION_MISSING"),
        example=Example(body={"user_id": "user_boris", "role": "trader", "name": "Boris"}),
    ),
    Route(
        call="PUT /api/organization/members/{user_id}",
        summary="Say what a member may do at most, from their next request on",
        role=Role.ADMIN,
        body=PutMember,
        answer=MemberView,
        problems=("LAST_ADMIN",),
        example=Example(body={"role": "viewer"}),
    ),
    Route(
        call="DELETE /api/organization/members/{user_id}",
        summary="End a membership, from the member's next request on",
        role=Role.ADMIN,
        status=HTTPStatus.NO_CONTENT,
        answer=None,
        problems=("LAST_ADMIN",),
    ),
)
