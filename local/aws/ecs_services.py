"""ECS services: as many tasks of a family as wanted are kept running; a dead one is replaced."""

import asyncio
from collections.abc import Mapping, Sequence

from local.aws.cloud import Service, TaskDefinition
from local.aws.ecs_runner import Request, Runner
from local.aws.ecs_task import Status, Task
from local.aws.stack import Json

LOOK_SECONDS = 1.0
LONGEST_WAIT = 60.0
"""Seconds until another task is started where each one ends at once."""
CLUSTER = "janym"


class Services:
    """Keeps the template's services at their count."""

    def __init__(
        self, services: Sequence[Service], tasks: Mapping[str, TaskDefinition], runner: Runner
    ) -> None:
        self._services = services
        self._tasks = tasks
        self._runner = runner
        self._wait: dict[str, float] = {}
        self._not_before: dict[str, float] = {}

    async def run(self) -> None:
        """Look each second, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            self.look(loop.time())
            await asyncio.sleep(LOOK_SECONDS)

    def look(self, now: float) -> None:
        """Start what is missing, by the time in seconds."""
        for service in self._services:
            self._keep(service, now)

    def described(self) -> list[Json]:
        """Say of each service how many tasks are wanted, and which run."""
        return [
            {
                "name": service.name,
                "desired": service.count,
                "running": len(running),
                "tasks": [{"id": task.id, "pid": task.pid} for task in running],
            }
            for service in self._services
            for running in [
                [task for task in self._alive(service) if task.status is Status.RUNNING]
            ]
        ]

    def _keep(self, service: Service, now: float) -> None:
        missing = service.count - len(self._alive(service))
        if missing <= 0:
            if now >= self._not_before.get(service.name, 0.0):
                self._wait[service.name] = LOOK_SECONDS
            return
        if now < self._not_before.get(service.name, 0.0):
            return
        wait = self._wait.get(service.name, LOOK_SECONDS)
        self._wait[service.name] = min(LONGEST_WAIT, wait * 2)
        self._not_before[service.name] = now + wait
        for _ in range(missing):
            self._runner.run(self._request(service))

    def _alive(self, service: Service) -> list[Task]:
        group = _group(service)
        return [
            task
            for task in self._runner.tasks.values()
            if task.group == group and task.live and task.desired == "RUNNING"
        ]

    def _request(self, service: Service) -> Request:
        definition = self._tasks[service.family]
        return Request(
            cluster=CLUSTER,
            definition=definition,
            environment=definition.containers[0].environment,
            overrides={},
            group=_group(service),
            started_by=f"ecs-svc/{service.name}",
            tags=[],
            network={},
            client_token=None,
            fingerprint="",
        )


def _group(service: Service) -> str:
    return f"service:{service.name}"
