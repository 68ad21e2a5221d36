"""Lines of the audit log."""

from datetime import datetime
from typing import Any

from janym.domain.ids import OrganizationId, UserId
from janym.domain.organization import Caller
from janym.ports.unit_of_work import AuditEntry

Facts = dict[str, Any]


def by_caller(
    caller: Caller,
    action: str,
    subject: object,
    *,
    at: datetime,
    before: Facts | None = None,
    after: Facts | None = None,
) -> AuditEntry:
    """Say what a member did; `before` and `after` hold no secret."""
    return AuditEntry(
        organization=caller.organization,
        at=at,
        actor=caller.user,
        action=action,
        subject=str(subject),
        before=before,
        after=after,
        request_id=caller.request_id,
        address=caller.address,
    )


def by_platform(
    actor: str, action: str, subject: object, *, organization: OrganizationId, at: datetime
) -> AuditEntry:
    """Say what one of the platform's own functions did."""
    return AuditEntry(
        organization=organization,
        at=at,
        actor=UserId(actor),
        action=action,
        subject=str(subject),
        before=None,
        after=None,
        request_id="",
        address="",
    )
