"""What is remembered of scheduled work, alike in every store."""

from dataclasses import replace

from janym.domain.job import Job, JobName, JobState
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import NOON, later

BEGUN = Job(
    name=JobName.HOUSEKEEPING,
    state=JobState.RUNNING,
    started_at=NOON,
    ended_at=None,
    detail="",
)


def keep(units: UnitsOfWork, job: Job) -> None:
    with units(None) as uow:
        uow.jobs.put(job)
        uow.commit()


def test_the_last_run_of_each_job_is_kept(units: UnitsOfWork) -> None:
    ended = replace(BEGUN, state=JobState.DONE, ended_at=later(3), detail="dropped nothing")
    other = replace(BEGUN, name=JobName.RECONCILE)
    for job in (BEGUN, other, ended):
        keep(units, job)

    with units(None) as uow:
        assert list(uow.jobs.list()) == [ended, other]


def test_of_two_runs_at_once_the_later_is_shown(units: UnitsOfWork) -> None:
    """A run that began first and ends last says nothing of the one beside it."""
    second = replace(BEGUN, started_at=later(1))
    for job in (BEGUN, second, replace(BEGUN, state=JobState.FAILED, ended_at=later(9))):
        keep(units, job)

    with units(None) as uow:
        assert list(uow.jobs.list()) == [second]
