"""Bots' tasks and their certificates."""

from dataclasses import dataclass
from typing import Protocol

from janym.domain.ids import BotId, RunId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """What ECS says of a task."""

    id: TaskId
    running: bool
    """False once it is stopped; a task on its way up counts as running."""
    exit_code: int | None
    stopped_reason: str | None


class Launcher(Protocol):
    """Starts and stops bots' tasks."""

    @property
    def shards(self) -> int:
        """How many egress shards there are."""
        ...

    def launch(self, bot: BotId, run: RunId, token: str, *, shard: int) -> TaskId:
        """Start the task of a run in an egress shard, counted from 0.

        The run's id is the client token and `startedBy`.
        The same call twice gives the same task.

        Raises:
            Unavailable: ECS does not answer or has no capacity; whether a task started is unknown,
                and `find` tells.
            Refused: ECS says that this can never be launched.
        """
        ...

    def find(self, run: RunId) -> TaskId | None:
        """Give the task that a run's launch made and that has not stopped, by its `startedBy`.

        Raises:
            Unavailable: ECS does not answer.
        """
        ...

    def stop(self, task: TaskId, *, reason: str) -> None:
        """Ask a task to stop (SIGTERM, later SIGKILL); a task that is gone is no error.

        Raises:
            Unavailable: ECS does not answer.
        """
        ...

    def look(self, tasks: list[TaskId]) -> dict[TaskId, TaskView]:
        """Describe tasks; one that ECS has forgotten is absent from the answer.

        Raises:
            Unavailable: ECS does not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate for one run."""

    id: str
    pem: str


class Certificates(Protocol):
    """Issues and retires the certificates of runs. A bot has one thing, whose name is its id."""

    def issue(self, bot: BotId, csr_pem: str) -> Certificate:
        """Sign a request and attach the certificate to the bot's thing and policy.

        Raises:
            InvalidInput: the request is not one, or names another thing.
            Unavailable: IoT does not answer.
        """
        ...

    def retire(self, bot: BotId, certificate: str) -> None:
        """Make a certificate useless and forget it; one that is gone is no error.

        Raises:
            Unavailable: IoT does not answer.
        """
        ...
