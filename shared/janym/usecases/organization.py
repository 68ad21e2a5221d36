"""The tenant itself: an admin creates it before anything else exists."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from janym.domain.bot import Bot, Desired, Environment
from janym.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from janym.domain.organization import Caller, Limits, Member, Organization, Role, TradingState
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """How much of its limits an organization has used up."""

    bots: int
    running_bots: int
    credentials: int


def read(uow: UnitOfWork, *, caller: Caller) -> Organization:
    """Give the caller's organization.

    Raises:
        NotFound: nobody created it yet.
    """
    return uow.organizations.get(caller.organization)


def usage(uow: UnitOfWork) -> Usage:
    """Count what the organization has."""
    return Usage(
        bots=uow.bots.count(),
        running_bots=uow.bots.count_wanted(),
        credentials=len(uow.credentials.list()),
    )


def put(uow: UnitOfWork, name: str, *, caller: Caller, clock: Clock) -> Organization:
    """Create the caller's organization, whose first member is the caller, or rename it.

    Raises:
        Forbidden: the caller is no admin.
    """
    caller.require(Role.ADMIN)
    now = clock.now()
    try:
        old = uow.organizations.lock(caller.organization)
    except NotFound:
        old = None
    fresh = Organization(id=caller.organization, name=name, created_at=now, updated_at=now)
    new = replace(old, name=name, updated_at=now) if old else fresh
    uow.organizations.put(new)
    if old is None:
        uow.members.put(_founder(caller, at=now))
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


def _founder(caller: Caller, *, at: datetime) -> Member:
    return Member(
        organization=caller.organization,
        user=caller.user,
        role=caller.role,
        name=None,
        added_by=caller.user,
        created_at=at,
        updated_at=at,
    )


def put_limits(uow: UnitOfWork, limits: Limits, *, caller: Caller, clock: Clock) -> Organization:
    """Say how much the organization may have. What is there already stays.

    Raises:
        Forbidden: the caller is no admin.
        NotFound: nobody created it yet.
    """
    caller.require(Role.ADMIN)
    old, now = uow.organizations.lock(caller.organization), clock.now()
    new = replace(old, limits=limits, updated_at=now)
    uow.organizations.put(new)
    uow.audit.add(
        audit.by_caller(
            caller,
            "organization.limits",
            new.id,
            at=now,
            before=_limits(old),
            after=_limits(new),
        )
    )
    return new


def put_live_trading(
    uow: UnitOfWork, *, enabled: bool, confirmation: str | None, caller: Caller, clock: Clock
) -> Organization:
    """Allow bots to trade with real money, confirmed in words, or forbid it again.

    Raises:
        Forbidden: the caller is no admin.
        NotFound: nobody created it yet.
        InvalidInput: the words are not those that confirm it.
        Conflict: `LIVE_BOTS_RUN`, it cannot be forbidden to bots that do it.
    """
    caller.require(Role.ADMIN)
    old, now = uow.organizations.lock(caller.organization), clock.now()
    if enabled and confirmation != old.live_confirmation:
        reason = f"type exactly: {old.live_confirmation}"
        raise InvalidInput(FieldError(field="confirmation", reason=reason))
    if not enabled:
        _require_no_live_bot(uow)
    new = replace(old, live_trading=enabled, updated_at=now)
    uow.organizations.put(new)
    uow.audit.add(
        audit.by_caller(
            caller,
            "organization.live_trading",
            new.id,
            at=now,
            before={"live_trading": old.live_trading},
            after={"live_trading": enabled} | ({"confirmation": confirmation} if enabled else {}),
        )
    )
    return new


def _require_no_live_bot(uow: UnitOfWork) -> None:
    names = [
        bot.name
        for bot in map(uow.bots.get, uow.bots.alive())
        if bot.environment is Environment.LIVE
    ]
    if names:
        raise Conflict(
            "LIVE_BOTS_RUN",
            f"these bots trade with real money: {', '.join(sorted(names))}; stop them first,"
            " or halt the organization",
        )


def require(uow: UnitOfWork, caller: Caller) -> Organization:
    """Hold the organization, so that what it has can be counted; refuse where there is none yet.

    Raises:
        Conflict: `ORGANIZATION_MISSING`.
    """
    try:
        return uow.organizations.lock(caller.organization)
    except NotFound:
        raise Conflict(
            "ORGANIZATION_MISSING",
            "this organization does not exist yet: an admin creates it with PUT /api/organization",
        ) from None


def require_room(there: int, allowed: int, what: str) -> None:
    """Refuse one more than is allowed, counted while the organization is held.

    Raises:
        Conflict: `BOT_LIMIT`, `RUNNING_BOT_LIMIT` or `CREDENTIAL_LIMIT`.
    """
    if there >= allowed:
        raise Conflict(
            f"{what.upper().replace(' ', '_')}_LIMIT",
            f"this organization may have {allowed} {what}s and has {there};"
            " an admin raises it with PUT /api/organization/limits",
        )


def require_start(uow: UnitOfWork, owner: Organization, bot: Bot) -> None:
    """Refuse what no bot of the organization, which is held, may do now: to start trading.

    Raises:
        Conflict: `ORGANIZATION_HALTED`, `ORGANIZATION_REDUCING`, `LIVE_TRADING_OFF` or
            `RUNNING_BOT_LIMIT`.
    """
    if owner.state is not TradingState.ACTIVE:
        why = f": {owner.state_reason}" if owner.state_reason else ""
        raise Conflict(
            f"ORGANIZATION_{owner.state}",
            f"{owner.state_by} set this organization to {owner.state}{why}; no bot starts until an"
            " admin sets it to ACTIVE with PUT /api/organization/state",
        )
    if bot.environment is Environment.LIVE and not owner.live_trading:
        raise Conflict(
            "LIVE_TRADING_OFF",
            "this bot would trade with real money, which an admin allows with"
            " PUT /api/organization/live-trading",
        )
    if bot.desired is Desired.STOPPED:
        require_room(uow.bots.count_wanted(), owner.limits.running_bots, "running bot")


def _limits(organization: Organization) -> dict[str, Any]:
    limits = organization.limits
    return {
        "bots": limits.bots,
        "running_bots": limits.running_bots,
        "credentials": limits.credentials,
        "requests_per_minute": limits.requests_per_minute,
    }
