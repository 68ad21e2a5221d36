"""A service's tasks are kept at their count."""

import itertools
from dataclasses import dataclass, field
from typing import Any, cast

from local.aws.cloud import Container, Service, TaskDefinition
from local.aws.ecs_runner import Request, Runner
from local.aws.ecs_services import LONGEST_WAIT, Services
from local.aws.ecs_task import Status

COLLECTOR = Service(name="janym-collector", family="janym-collector", count=2)
DEFINITION = TaskDefinition(
    logical_id="Task",
    family="janym-collector",
    arn="arn:aws:ecs:::task-definition/janym-collector:1",
    cpu="256",
    memory=512,
    role="r",
    containers=(
        Container(
            name="collector",
            image="laptop/collector",
            environment={"A": "b"},
            essential=True,
            stop_timeout=30,
            command=(),
        ),
    ),
)


@dataclass
class Task:
    id: str
    group: str
    pid: int = 7
    live: bool = True
    desired: str = "RUNNING"
    status: Status = Status.RUNNING


@dataclass
class FakeRunner:
    tasks: dict[str, Task] = field(default_factory=dict[str, Task])
    asked: list[Request] = field(default_factory=list[Request])

    def run(self, request: Request) -> None:
        self.asked.append(request)
        self.tasks[str(len(self.asked))] = Task(str(len(self.asked)), request.group)


def kept() -> tuple[FakeRunner, Services]:
    runner = FakeRunner()
    services = Services([COLLECTOR], {COLLECTOR.family: DEFINITION}, cast("Runner", runner))
    return runner, services


def test_as_many_are_started_as_are_wanted() -> None:
    runner, services = kept()

    for second in range(5):
        services.look(second)

    assert [request.environment for request in runner.asked] == [{"A": "b"}, {"A": "b"}]
    shown: dict[str, Any] = services.described()[0]
    assert (shown["name"], shown["desired"], shown["running"]) == ("janym-collector", 2, 2)


def test_a_dead_one_is_replaced() -> None:
    runner, services = kept()
    services.look(0)
    runner.tasks["1"].live = False

    services.look(10)

    assert len(runner.asked) == 3


def test_one_that_is_being_stopped_does_not_count() -> None:
    runner, services = kept()
    services.look(0)
    runner.tasks["1"].desired = "STOPPED"

    services.look(10)

    assert len(runner.asked) == 3


def test_those_that_end_at_once_are_tried_ever_less() -> None:
    runner, services = kept()
    moments: list[int] = []
    for second in range(600):
        before = len(runner.asked)
        services.look(second)
        if len(runner.asked) > before:
            moments.append(second)
        for task in runner.tasks.values():
            task.live = False

    waits = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert waits[:6] == [1, 2, 4, 8, 16, 32]
    assert set(waits[6:]) == {LONGEST_WAIT}
