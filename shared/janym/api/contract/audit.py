"""Routes of `functions/audit`."""

from janym.api.audit import AuditChainView, AuditLineView, AuditQuery
from janym.api.contract.route import Example, Route
from janym.api.lists import ListView
from janym.domain.organization import Role

ROUTES = (
    Route(
        call="GET /api/audit",
        summary="List who did what in your organization, newest first",
        role=Role.ADMIN,
        query=AuditQuery,
        answer=ListView[AuditLineView],
        example=Example(query={"action": "bot.start", "limit": "2"}),
    ),
    Route(
        call="GET /api/audit/verification",
        summary="Compute the hashes of the whole log again and say where it is broken",
        role=Role.ADMIN,
        answer=AuditChainView,
    ),
)
