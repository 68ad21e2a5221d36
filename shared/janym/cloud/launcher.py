"""Bots' tasks on ECS Fargate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from janym.cloud.clients import translated
from janym.domain.errors import Unavailable
from janym.domain.ids import BotId, RunId, TaskId
from janym.ports.launcher import TaskView

DESCRIBED_AT_ONCE = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and as what bots run."""

    cluster: str
    family: str
    container: str
    subnets: Sequence[str]
    """Each is an egress shard: it leaves through one address."""
    security_group: str


class EcsLauncher:
    """`ports.launcher.Launcher`.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
    """

    def __init__(self, ecs: Any, place: Place) -> None:
        self._ecs = ecs
        self._place = place

    @property
    def shards(self) -> int:
        return len(self._place.subnets)

    def launch(self, bot: BotId, run: RunId, token: str, *, shard: int) -> TaskId:
        with translated("AWS ECS"):
            answer = self._ecs.run_task(
                cluster=self._place.cluster,
                taskDefinition=self._place.family,
                launchType="FARGATE",
                count=1,
                clientToken=str(run),
                startedBy=str(run),
                networkConfiguration={"awsvpcConfiguration": self._network(shard)},
                overrides={"containerOverrides": [self._told(bot, run, token)]},
                tags=[{"key": "bot_id", "value": str(bot)}, {"key": "run_id", "value": str(run)}],
            )
        if not answer["tasks"]:
            reasons = "; ".join(_reason(failure) for failure in answer["failures"])
            raise Unavailable(f"AWS ECS has no room for the task: {reasons or 'no reason given'}")
        return _task_id(answer["tasks"][0]["taskArn"])

    def find(self, run: RunId) -> TaskId | None:
        with translated("AWS ECS"):
            answer = self._ecs.list_tasks(cluster=self._place.cluster, startedBy=str(run))
        found: list[str] = answer["taskArns"]
        return _task_id(found[0]) if found else None

    def stop(self, task: TaskId, *, reason: str) -> None:
        with translated("AWS ECS"):
            try:
                self._ecs.stop_task(cluster=self._place.cluster, task=task, reason=reason[:255])
            except self._ecs.exceptions.InvalidParameterException as error:
                if not _is_gone(error):
                    raise

    def look(self, tasks: list[TaskId]) -> dict[TaskId, TaskView]:
        return {view.id: view for view in self._described(tasks)}

    def _described(self, tasks: list[TaskId]) -> Iterator[TaskView]:
        for start in range(0, len(tasks), DESCRIBED_AT_ONCE):
            with translated("AWS ECS"):
                answer = self._ecs.describe_tasks(
                    cluster=self._place.cluster, tasks=tasks[start : start + DESCRIBED_AT_ONCE]
                )
            for task in answer["tasks"]:
                yield self._view(task)

    def _network(self, shard: int) -> dict[str, Any]:
        return {
            "subnets": [self._place.subnets[shard]],
            "securityGroups": [self._place.security_group],
            "assignPublicIp": "DISABLED",
        }

    def _told(self, bot: BotId, run: RunId, token: str) -> dict[str, Any]:
        """Name the run to its task. The token counts only together with the task's own identity."""
        variables = {"BOT_ID": str(bot), "RUN_ID": str(run), "LAUNCH_TOKEN": token}
        return {
            "name": self._place.container,
            "environment": [{"name": name, "value": value} for name, value in variables.items()],
        }

    def _view(self, task: dict[str, Any]) -> TaskView:
        ours = [
            container
            for container in task.get("containers", ())
            if container["name"] == self._place.container
        ]
        said = [task.get("stoppedReason"), *(container.get("reason") for container in ours)]
        return TaskView(
            id=_task_id(task["taskArn"]),
            running=task["lastStatus"] != "STOPPED",
            exit_code=ours[0].get("exitCode") if ours else None,
            stopped_reason="; ".join(reason for reason in said if reason) or None,
        )


def _task_id(arn: str) -> TaskId:
    return TaskId(arn.rpartition("/")[2])


def _reason(failure: dict[str, str]) -> str:
    return " ".join(failure[key] for key in ("reason", "detail") if key in failure)


def _is_gone(error: Any) -> bool:
    """Tell "The referenced task was not found" from other wrong parameters."""
    message: str = error.response["Error"].get("Message", "")
    return "not found" in message.lower()
