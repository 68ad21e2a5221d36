"""What `janym status` reads of scheduled work in a stack's own database."""

from datetime import timedelta
from pathlib import Path

import pytest

from janym.domain.job import Job, JobName, JobState
from local import clock, jobs, provisioning
from local.layout import Stack, write_json
from local.postgres import SUPERUSER
from tests.fixtures.database import TestDatabase


@pytest.fixture
def described(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Stack, dict[str, object]]:
    """A stack whose database is the test's."""
    monkeypatch.setattr(provisioning, "DATABASE", database.name)
    stack = Stack.at(tmp_path)
    passwords = {"postgres": dict(database.server.passwords)}
    assert SUPERUSER in passwords["postgres"]
    write_json(stack.secrets, passwords)
    address = f"postgresql://127.0.0.1:{database.server.port}"
    return stack, {"components": {"postgres": {"address": address}}}


def test_each_job_is_shown_with_its_last_run(
    database: TestDatabase, described: tuple[Stack, dict[str, object]]
) -> None:
    now = clock.now()
    begun = {JobName.RECONCILE: now, JobName.HOUSEKEEPING: now - timedelta(hours=4)}
    units = database.units("control")
    for name, at in begun.items():
        done = Job(name=name, state=JobState.DONE, started_at=at, ended_at=at, detail="did it")
        with units(None) as uow:
            uow.jobs.put(done)
            uow.commit()

    seen = {job["name"]: job["state"] for job in jobs.read(*described)}

    assert seen["reconcile"] == "done"
    assert seen["housekeeping"] == "overdue"
    assert set(seen) == set(JobName)


def test_what_never_ran_is_shown_too(described: tuple[Stack, dict[str, object]]) -> None:
    assert {job["state"] for job in jobs.read(*described)} == {"not yet run"}


def test_without_a_database_nothing_is_known(tmp_path: Path) -> None:
    assert {job["state"] for job in jobs.read(Stack.at(tmp_path), {})} == {"unknown"}
