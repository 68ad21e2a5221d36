"""The audit log: its lines, who reads them, and whether they are those that were written."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from janym.domain.ids import OrganizationId, UserId
from janym.domain.organization import Caller, Role
from janym.ports.audit import AuditChain, AuditEntry, AuditFilter, AuditLine
from janym.ports.unit_of_work import Listing, Page, UnitOfWork, UnitsOfWork

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


def listed(
    uow: UnitOfWork, wanted: AuditFilter, page: Page, *, caller: Caller
) -> Listing[AuditLine]:
    """List what was done, newest first.

    Raises:
        Forbidden: the caller is no admin.
    """
    caller.require(Role.ADMIN)
    return uow.audit.list(wanted, page)


def verified(uow: UnitOfWork, *, caller: Caller) -> AuditChain:
    """Compute the caller's whole chain again.

    Raises:
        Forbidden: the caller is no admin.
        StoreAway: the chain is too long to be computed within a request.
    """
    caller.require(Role.ADMIN)
    return uow.audit.verify()


def verify(units: UnitsOfWork) -> Iterator[tuple[OrganizationId, AuditChain]]:
    """Compute every organization's chain again, one after the other."""
    with units(None) as uow:
        organizations = uow.audit.organizations()
    for key in organizations:
        with units(key) as uow:
            yield key, uow.audit.verify()
