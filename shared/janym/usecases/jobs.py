"""Scheduled work, with a note of how it went, so that its owner sees what no longer runs."""

from collections.abc import Callable
from dataclasses import replace

from janym.domain.job import Job, JobName, JobState
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitsOfWork

LONGEST_DETAIL = 500


def carry_out(name: JobName, work: Callable[[], str], *, units: UnitsOfWork, clock: Clock) -> None:
    """Do the work, which says in words what it did, and note its beginning and its end.

    Raises:
        StoreAway: Postgres does not answer.
        Exception: whatever the work raised; it is noted as failed.
    """
    job = Job(name=name, state=JobState.RUNNING, started_at=clock.now(), ended_at=None, detail="")
    _note(job, units)
    try:
        said = work()
    except Exception as error:
        why = f"{type(error).__name__}: {error}"[:LONGEST_DETAIL]
        _note(replace(job, state=JobState.FAILED, ended_at=clock.now(), detail=why), units)
        raise
    _note(replace(job, state=JobState.DONE, ended_at=clock.now(), detail=said), units)


def _note(job: Job, units: UnitsOfWork) -> None:
    with units(None) as uow:
        uow.jobs.put(job)
        uow.commit()
