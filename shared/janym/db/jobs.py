"""Scheduled work in PostgreSQL: the last run of each job."""

from collections.abc import Sequence

from janym.db.connection import Transaction
from janym.domain.job import Job, JobName, JobState


class Jobs:
    """`ports.jobs.Jobs`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def put(self, job: Job) -> None:
        self._transaction.run(
            """
            INSERT INTO jobs AS known (name, state, started_at, ended_at, detail)
            VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (name) DO UPDATE SET
                state = excluded.state, started_at = excluded.started_at,
                ended_at = excluded.ended_at, detail = excluded.detail
            WHERE excluded.started_at >= known.started_at
            """,
            (job.name.value, job.state.value, job.started_at, job.ended_at, job.detail),
        )

    def list(self) -> Sequence[Job]:
        rows = self._transaction.all("SELECT * FROM jobs ORDER BY name")
        return [
            Job(
                name=JobName(row.name),
                state=JobState(row.state),
                started_at=row.started_at,
                ended_at=row.ended_at,
                detail=row.detail,
            )
            for row in rows
        ]
