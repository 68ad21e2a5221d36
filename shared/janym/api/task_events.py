"""ECS task state changes, as EventBridge brings them.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from janym.domain.ids import RunId, TaskId
from janym.usecases.task_events import TaskEvent

STOPPED = "STOPPED"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Container(_Part):
    name: str
    exit_code: Annotated[int | None, Field(alias="exitCode")] = None
    reason: str | None = None


class _Detail(_Part):
    task_arn: Annotated[str, Field(alias="taskArn")]
    last_status: Annotated[str, Field(alias="lastStatus")]
    started_by: Annotated[str | None, Field(alias="startedBy")] = None
    stopped_reason: Annotated[str | None, Field(alias="stoppedReason")] = None
    updated_at: Annotated[AwareDatetime | None, Field(alias="updatedAt")] = None
    version: int
    containers: list[_Container] = Field(default_factory=list[_Container])


class _Event(_Part):
    time: AwareDatetime
    detail: _Detail


def read(event: dict[str, Any], *, container: str) -> TaskEvent:
    """Read an event of one task; `container` is the name of the bot's container.

    Raises:
        ValueError: it is no task state change.
    """
    parsed = _Event.model_validate(event)
    detail = parsed.detail
    bot = next((each for each in detail.containers if each.name == container), None)
    reasons = [detail.stopped_reason, bot.reason if bot else None]
    return TaskEvent(
        task=TaskId(detail.task_arn.rpartition("/")[2]),
        run=_run(detail.started_by),
        version=detail.version,
        stopped=detail.last_status == STOPPED,
        exit_code=bot.exit_code if bot else None,
        stopped_reason="; ".join(reason for reason in reasons if reason) or None,
        at=detail.updated_at or parsed.time,
    )


def _run(started_by: str | None) -> RunId | None:
    """Read who started a task; tasks that people start by hand name no run."""
    try:
        return RunId(UUID(started_by or ""))
    except ValueError:
        return None
