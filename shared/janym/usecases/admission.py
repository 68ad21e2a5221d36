"""Letting a request in: who its caller is here, and whether the organization has one left.

The sign-in token proves who somebody is, to which organization they belong and the most they may
do there. What is stored can only take from that: a lower role counts, and an ended membership ends
it now and not when the token runs out. Who comes with a good token for the first time is entered
with the token's role.
"""

from dataclasses import replace
from datetime import datetime

from janym.domain.errors import NotAMember, NotFound, TooManyRequests
from janym.domain.organization import RANK, Caller, Member
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.usecases import audit


def admit(caller: Caller, *, units: UnitsOfWork, clock: Clock) -> Caller:
    """Give the caller with the role that counts, and count the request.

    Raises:
        NotAMember: an admin removed the caller.
        TooManyRequests: the organization has used up its requests for now.
    """
    now = clock.now()
    with units(caller.organization) as uow:
        try:
            limits = uow.organizations.get(caller.organization).limits
        except NotFound:
            return caller  # nothing of it is there yet
        wait = uow.requests.take(limits.pace, at=now)
        if wait is not None:
            raise TooManyRequests(limits.requests_per_minute, wait)
        member = uow.members.find(caller.user) or _join(uow, caller, at=now)
        uow.commit()
    if member.removed_at is not None:
        raise NotAMember("an admin has ended your membership in this organization")
    return replace(caller, role=min(caller.role, member.role, key=RANK.__getitem__))


def _join(uow: UnitOfWork, caller: Caller, *, at: datetime) -> Member:
    member = Member(
        organization=caller.organization,
        user=caller.user,
        role=caller.role,
        name=None,
        added_by=caller.user,
        created_at=at,
        updated_at=at,
    )
    uow.members.put(member)
    uow.audit.add(
        audit.by_caller(caller, "member.join", caller.user, at=at, after={"role": caller.role})
    )
    return member
