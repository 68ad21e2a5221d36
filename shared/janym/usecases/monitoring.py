"""What an organization wants collected: books, trades, best bids and offers of any exchange."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from janym.domain.capability import DATA
from janym.domain.collecting import Collector, Monitored, MonitoringId, Task
from janym.domain.errors import Conflict, FieldError, InvalidInput
from janym.domain.market import Depth, Listing, Market, VenueId
from janym.domain.organization import Caller, Role
from janym.ports.clock import Clock
from janym.ports.roster import Roster
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit, organization

MOST_TASKS = 500
"""What one collector carries well: an organization asks for no more."""

MOST_COLLECTORS = 100
"""Those that are gone are listed after the others, as far as there is room."""

Listed = Callable[[VenueId, Market], Sequence[Listing]]
"""Gives what an exchange lists, as collectors last read it; nothing where none ever did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be otherwise; None leaves a thing as it is."""

    depth: Depth | None = None
    bbo: bool | None = None
    priority: int | None = None
    enabled: bool | None = None


def examined(task: Task, *, caller: Caller, listed: Listed) -> Task:
    """Give it back, unless no collector could ever collect it.

    Raises:
        Forbidden: the caller is a viewer.
        InvalidInput: no such exchange, or it does not list the pair.
    """
    caller.require(Role.TRADER)
    if task.market not in DATA.get(task.venue, ()):
        reason = f"{task.venue!r} is none; choose one of {', '.join(sorted(DATA))}"
        raise InvalidInput(FieldError(field="exchange", reason=reason))
    pairs = {listing.pair for listing in listed(task.venue, task.market)}
    if pairs and task.pair not in pairs:
        reason = f"{task.venue} lists no {task.pair} on its {task.market} market"
        raise InvalidInput(FieldError(field="pair", reason=reason))
    return task


def create(
    uow: UnitOfWork, task: Task, *, enabled: bool, caller: Caller, clock: Clock
) -> Monitored:
    """Ask for a book, which has been examined.

    Raises:
        Forbidden: the caller is a viewer.
        Conflict: `ORGANIZATION_MISSING`, or `MONITORING_LIMIT`.
        AlreadyExists: the organization asks for this book already.
    """
    caller.require(Role.TRADER)
    organization.require(uow, caller)
    there = uow.monitoring.count()
    if there >= MOST_TASKS:
        reason = f"this organization has {there} tasks, and may have {MOST_TASKS}: delete one first"
        raise Conflict("MONITORING_LIMIT", reason)
    now = clock.now()
    kept = uow.monitoring.add(task, enabled=enabled, at=now)
    uow.audit.add(audit.by_caller(caller, "monitoring.create", kept.id, at=now, after=_facts(kept)))
    return kept


def change(
    uow: UnitOfWork, key: MonitoringId, asked: Change, *, caller: Caller, clock: Clock
) -> Monitored:
    """Change how a book is collected, or whether; one that was asked for already changes nothing.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such task.
    """
    caller.require(Role.TRADER)
    old = uow.monitoring.lock(key)
    task = replace(
        old.task,
        depth=old.task.depth if asked.depth is None else asked.depth,
        bbo=old.task.bbo if asked.bbo is None else asked.bbo,
        priority=old.task.priority if asked.priority is None else asked.priority,
    )
    new = replace(old, task=task, enabled=old.enabled if asked.enabled is None else asked.enabled)
    if new == old:
        return old
    now = clock.now()
    new = replace(new, updated_at=now)
    uow.monitoring.put(new)
    uow.audit.add(
        audit.by_caller(
            caller, "monitoring.update", key, at=now, before=_facts(old), after=_facts(new)
        )
    )
    return new


def delete(uow: UnitOfWork, key: MonitoringId, *, caller: Caller, clock: Clock) -> None:
    """Collect a book no more on this organization's account; what was written stays.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such task.
    """
    caller.require(Role.TRADER)
    old = uow.monitoring.lock(key)
    uow.monitoring.remove(key)
    uow.audit.add(
        audit.by_caller(caller, "monitoring.delete", key, at=clock.now(), before=_facts(old))
    )


def collectors(roster: Roster, *, caller: Caller) -> Sequence[Collector]:
    """Tell how the platform's collectors are, those that gave the latest sign of life first.

    Raises:
        Forbidden: the caller is a viewer.
    """
    caller.require(Role.TRADER)
    return roster.collectors(limit=MOST_COLLECTORS)


def _facts(monitored: Monitored) -> dict[str, Any]:
    task = monitored.task
    return {
        "exchange": task.venue,
        "market": task.market,
        "pair": task.pair,
        "depth": task.depth,
        "bbo": task.bbo,
        "priority": task.priority,
        "enabled": monitored.enabled,
    }
