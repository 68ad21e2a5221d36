"""What is remembered of work that is done by the clock."""

from collections.abc import Sequence
from typing import Protocol

from janym.domain.job import Job


class Jobs(Protocol):
    """The last run of each job, for the platform alone."""

    def put(self, job: Job) -> None:
        """Keep it, unless a run that began later is known."""
        ...

    def list(self) -> Sequence[Job]:
        """List those that ever ran, by name."""
        ...
