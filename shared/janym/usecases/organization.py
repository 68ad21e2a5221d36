"""The tenant itself: an admin creates it before anything else exists."""

from janym.domain.errors import Conflict, NotFound
from janym.domain.organization import Caller, Organization, Role
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit


def read(uow: UnitOfWork, *, caller: Caller) -> Organization:
    """Give the caller's organization.

    Raises:
        NotFound: nobody created it yet.
    """
    return uow.organizations.get(caller.organization)


def put(uow: UnitOfWork, name: str, *, caller: Caller, clock: Clock) -> Organization:
    """Create the caller's organization, or rename it.

    Raises:
        Forbidden: the caller is no admin.
    """
    caller.require(Role.ADMIN)
    now = clock.now()
    try:
        old = uow.organizations.get(caller.organization)
    except NotFound:
        old = None
    new = Organization(
        id=caller.organization,
        name=name,
        created_at=old.created_at if old else now,
        updated_at=now,
    )
    uow.organizations.put(new)
    uow.audit.add(
        audit.by_caller(
            caller,
            "organization.put",
            new.id,
            at=now,
            before={"name": old.name} if old else None,
            after={"name": new.name},
        )
    )
    return new


def require(uow: UnitOfWork, caller: Caller) -> None:
    """Refuse where the organization does not exist yet.

    Raises:
        Conflict: `ORGANIZATION_MISSING`.
    """
    try:
        uow.organizations.get(caller.organization)
    except NotFound:
        raise Conflict(
            "ORGANIZATION_MISSING",
            "this organization does not exist yet: an admin creates it with PUT /api/organization",
        ) from None
