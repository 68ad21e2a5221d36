"""Who belongs to an organization, and what they may do in it at most."""

from dataclasses import replace
from typing import Any

from janym.domain.errors import AlreadyExists, Conflict, NotFound
from janym.domain.ids import UserId
from janym.domain.organization import Caller, Member, Role
from janym.ports.clock import Clock
from janym.ports.unit_of_work import Listing, Page, UnitOfWork
from janym.usecases import audit, organization


def listed(uow: UnitOfWork, page: Page) -> Listing[Member]:
    """List who belongs to it now, newest first."""
    return uow.members.list(page)


def add(
    uow: UnitOfWork, user: UserId, role: Role, name: str | None, *, caller: Caller, clock: Clock
) -> Member:
    """Enter somebody before they come, or take somebody back.

    Raises:
        Forbidden: the caller is no admin.
        Conflict: `ORGANIZATION_MISSING`.
        AlreadyExists: they belong to it.
    """
    caller.require(Role.ADMIN)
    organization.require(uow, caller)
    known, now = uow.members.find(user), clock.now()
    if known is not None and known.removed_at is None:
        raise AlreadyExists("member", user)
    member = Member(
        organization=caller.organization,
        user=user,
        role=role,
        name=name,
        added_by=caller.user,
        created_at=known.created_at if known else now,
        updated_at=now,
    )
    uow.members.put(member)
    uow.audit.add(audit.by_caller(caller, "member.add", user, at=now, after=_facts(member)))
    return member


def put(
    uow: UnitOfWork, user: UserId, role: Role, name: str | None, *, caller: Caller, clock: Clock
) -> Member:
    """Give a member another role, from their next request on. A name of None leaves theirs.

    Raises:
        Forbidden: the caller is no admin.
        NotFound: they do not belong to it.
        Conflict: `LAST_ADMIN`, nobody would be left to decide.
    """
    caller.require(Role.ADMIN)
    old, now = _found(uow, user, caller), clock.now()
    if role is not Role.ADMIN:
        _require_another_admin(uow, old)
    new = replace(old, role=role, name=name or old.name, updated_at=now)
    uow.members.put(new)
    uow.audit.add(
        audit.by_caller(caller, "member.put", user, at=now, before=_facts(old), after=_facts(new))
    )
    return new


def remove(uow: UnitOfWork, user: UserId, *, caller: Caller, clock: Clock) -> None:
    """End a membership, whatever the member's token says, from their next request on.

    Raises:
        Forbidden: the caller is no admin.
        NotFound: they do not belong to it.
        Conflict: `LAST_ADMIN`, nobody would be left to decide.
    """
    caller.require(Role.ADMIN)
    old, now = _found(uow, user, caller), clock.now()
    _require_another_admin(uow, old)
    uow.members.put(replace(old, removed_at=now, updated_at=now))
    uow.audit.add(audit.by_caller(caller, "member.remove", user, at=now, before=_facts(old)))


def _found(uow: UnitOfWork, user: UserId, caller: Caller) -> Member:
    """Hold the organization, so that two admins do not remove each other, and find the member."""
    uow.organizations.lock(caller.organization)
    member = uow.members.find(user)
    if member is None or member.removed_at is not None:
        raise NotFound("member", user)
    return member


def _require_another_admin(uow: UnitOfWork, member: Member) -> None:
    if member.role is Role.ADMIN and uow.members.count_admins() == 1:
        raise Conflict(
            "LAST_ADMIN", f"{member.user} is the only admin: make somebody else one first"
        )


def _facts(member: Member) -> dict[str, Any]:
    return {"role": member.role, "name": member.name}
