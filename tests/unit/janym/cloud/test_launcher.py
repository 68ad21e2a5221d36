"""What ECS is asked, and what its answers mean."""

from collections.abc import Generator
from typing import Any
from uuid import UUID

import pytest
from botocore.stub import Stubber

from janym.cloud.launcher import EcsLauncher, Place
from janym.domain.errors import Refused, Unavailable
from janym.domain.ids import BotId, RunId, TaskId
from janym.ports.launcher import TaskView
from tests.unit.janym.cloud.stubs import stubbed

BOT, RUN = BotId(UUID(int=3)), RunId(UUID(int=9))
PLACE = Place(
    cluster="janym",
    family="janym-bot",
    container="bot",
    subnets=("subnet-a", "subnet-b"),
    security_group="sg-1",
)
ARN = "arn:aws:ecs:us-east-1:000000000000:task/janym/abc123"


@pytest.fixture
def ecs() -> Generator[tuple[EcsLauncher, Stubber]]:
    with stubbed("ecs") as (client, script):
        yield EcsLauncher(client, PLACE), script


def test_a_launch_names_its_run_and_leaves_by_one_address(
    ecs: tuple[EcsLauncher, Stubber],
) -> None:
    """S0-136."""
    launcher, script = ecs
    asked = {
        "cluster": "janym",
        "taskDefinition": "janym-bot",
        "launchType": "FARGATE",
        "count": 1,
        "clientToken": str(RUN),
        "startedBy": str(RUN),
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": ["subnet-b"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "DISABLED",
            }
        },
        "overrides": {
            "containerOverrides": [
                {
                    "name": "bot",
                    "environment": [
                        {"name": "BOT_ID", "value": str(BOT)},
                        {"name": "RUN_ID", "value": str(RUN)},
                        {"name": "LAUNCH_TOKEN", "value": "token"},
                    ],
                }
            ]
        },
        "tags": [{"key": "bot_id", "value": str(BOT)}, {"key": "run_id", "value": str(RUN)}],
    }
    script.add_response("run_task", {"tasks": [{"taskArn": ARN}], "failures": []}, asked)

    assert launcher.launch(BOT, RUN, "token", shard=1) == TaskId("abc123")


def test_no_capacity_is_nobodys_fault(ecs: tuple[EcsLauncher, Stubber]) -> None:
    launcher, script = ecs
    failure = {"arn": "x", "reason": "Capacity is unavailable at this time"}
    script.add_response("run_task", {"tasks": [], "failures": [failure]})

    with pytest.raises(Unavailable, match="Capacity is unavailable"):
        launcher.launch(BOT, RUN, "token", shard=1)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ClientException", 400, Refused),
        ("AccessDeniedException", 400, Refused),
        ("ServerException", 500, Unavailable),
        ("ThrottlingException", 400, Unavailable),
        ("ClusterNotFoundException", 400, Unavailable),
    ],
)
def test_errors_say_whether_to_try_again(
    ecs: tuple[EcsLauncher, Stubber], code: str, status: int, error: type[Exception]
) -> None:
    launcher, script = ecs
    script.add_client_error("run_task", code, http_status_code=status)

    with pytest.raises(error):
        launcher.launch(BOT, RUN, "token", shard=1)


@pytest.mark.parametrize(("arns", "task"), [([ARN], "abc123"), ([], None)])
def test_a_run_s_task_is_found_by_who_started_it(
    ecs: tuple[EcsLauncher, Stubber], arns: list[str], task: str | None
) -> None:
    launcher, script = ecs
    asked = {"cluster": "janym", "startedBy": str(RUN)}
    script.add_response("list_tasks", {"taskArns": arns}, asked)

    assert launcher.find(RUN) == task


def test_a_stop_says_why(ecs: tuple[EcsLauncher, Stubber]) -> None:
    launcher, script = ecs
    asked = {"cluster": "janym", "task": "abc123", "reason": "x" * 255}
    script.add_response("stop_task", {"task": {"taskArn": ARN}}, asked)

    launcher.stop(TaskId("abc123"), reason="x" * 300)


def test_stopping_a_task_that_is_gone_is_no_error(ecs: tuple[EcsLauncher, Stubber]) -> None:
    launcher, script = ecs
    script.add_client_error(
        "stop_task", "InvalidParameterException", "The referenced task was not found."
    )

    launcher.stop(TaskId("abc123"), reason="over")


def test_other_refusals_of_a_stop_are_told(ecs: tuple[EcsLauncher, Stubber]) -> None:
    launcher, script = ecs
    script.add_client_error("stop_task", "InvalidParameterException", "taskId length")

    with pytest.raises(Refused, match="taskId length"):
        launcher.stop(TaskId("abc123"), reason="over")


def test_tasks_are_seen_as_they_are_a_hundred_at_a_time(
    ecs: tuple[EcsLauncher, Stubber],
) -> None:
    launcher, script = ecs
    tasks = [TaskId(f"t{number}") for number in range(150)]
    running: dict[str, Any] = {"taskArn": f"{ARN}/t0", "lastStatus": "PENDING", "containers": []}
    stopped: dict[str, Any] = {
        "taskArn": f"{ARN}/t149",
        "lastStatus": "STOPPED",
        "stoppedReason": "Essential container in task exited",
        "containers": [
            {"name": "sidecar", "exitCode": 0},
            {"name": "bot", "exitCode": 137, "reason": "OutOfMemoryError: Container killed"},
        ],
    }
    missing = [{"arn": "t1", "reason": "MISSING"}]
    script.add_response(
        "describe_tasks",
        {"tasks": [running], "failures": missing},
        {"cluster": "janym", "tasks": tasks[:100]},
    )
    script.add_response(
        "describe_tasks", {"tasks": [stopped]}, {"cluster": "janym", "tasks": tasks[100:]}
    )

    assert launcher.look(tasks) == {
        "t0": TaskView(id=TaskId("t0"), running=True, exit_code=None, stopped_reason=None),
        "t149": TaskView(
            id=TaskId("t149"),
            running=False,
            exit_code=137,
            stopped_reason="Essential container in task exited; OutOfMemoryError: Container killed",
        ),
    }


def test_nobody_is_asked_about_no_task(ecs: tuple[EcsLauncher, Stubber]) -> None:
    launcher, _ = ecs

    assert launcher.look([]) == {}
