"""What ECS says of bots' tasks. Events come twice and out of order; their version orders them."""

from dataclasses import dataclass, replace
from datetime import datetime

from janym.domain.errors import NotFound
from janym.domain.ids import RunId, TaskId
from janym.domain.run import Run, RunState
from janym.ports.bus import Functions
from janym.ports.clock import Clock
from janym.ports.launcher import Certificates
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.usecases import endings
from janym.usecases.endings import End


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent:
    """One change of a task's state."""

    task: TaskId
    run: RunId | None
    """From `startedBy`; None for a task that no launch of ours made."""
    version: int
    stopped: bool
    exit_code: int | None
    """The bot container's."""
    stopped_reason: str | None
    at: datetime


def apply(
    event: TaskEvent,
    *,
    units: UnitsOfWork,
    clock: Clock,
    functions: Functions,
    certificates: Certificates,
) -> bool:
    """Note a change of a task's state, and have what follows from an end done at once.

    Returns:
        Whether the event is of a run of ours.

    Raises:
        Unavailable: a store, IoT or Lambda does not answer; the same event may come again.
    """
    with units(None) as uow:
        run = _find(uow, event)
        if run is None:
            return False
        uow.bots.lock(run.bot)
        run = _noted(uow, uow.runs.get(run.id), event)
        uow.commit()
    if event.stopped and run.state is RunState.ENDED:
        if run.checked_at is None:
            functions.check_venue(run.bot)
        functions.reconcile(run.bot)
        endings.retire_certificates(run.bot, units=units, clock=clock, certificates=certificates)
    return True


def _find(uow: UnitOfWork, event: TaskEvent) -> Run | None:
    """Find the run by its task, or by its own id where the launcher has not noted the task."""
    run = uow.runs.of_task(event.task)
    if run is not None or event.run is None:
        return run
    try:
        named = uow.runs.get(event.run)
    except NotFound:
        return None
    return named if named.task is None else None


def _noted(uow: UnitOfWork, run: Run, event: TaskEvent) -> Run:
    if event.version <= run.event_version or run.state is RunState.ENDED:
        return run
    known = replace(run, event_version=event.version, task=event.task)
    if run.state is RunState.WAITING:
        known = replace(known, state=RunState.LAUNCHED, launched_at=event.at)
    uow.runs.put(known)
    if not event.stopped:
        return known
    reason = endings.reason_of(
        exit_code=event.exit_code,
        stopped_reason=event.stopped_reason,
        claimed=run.session is not None,
    )
    return endings.end(
        uow,
        known,
        End(at=event.at, reason=reason, exit_code=event.exit_code, detail=event.stopped_reason),
    )
