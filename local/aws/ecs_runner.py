"""Runs tasks: each a real process with its own session, folder, log and credentials."""

import asyncio
import contextlib
import logging
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from local import environment
from local.aws import ecs_memory, ecs_process
from local.aws.addresses import IMAGES
from local.aws.cloud import TaskDefinition
from local.aws.ecs_journal import Journal
from local.aws.ecs_memory import MIB, Excess
from local.aws.ecs_process import TASK_MARKER, Main
from local.aws.ecs_task import Credentials, Status, StopCode, Task
from local.aws.stack import Json
from local.layout import ROOT

REMEMBERED_SECONDS = 3600.0
"""How long a stopped task is still described."""
SHUTDOWN_SECONDS = 50.0
"""What a task gets at most when the stack itself is stopped: its supervisor waits a minute."""
END_POLL = 0.05
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where tasks work and what each of them is told beside its own variables."""

    work: Path
    logs: Path
    credentials_url: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What RunTask asked for one task."""

    cluster: str
    definition: TaskDefinition
    environment: Mapping[str, str]
    overrides: Json
    group: str
    started_by: str | None
    tags: list[Json]
    network: Json
    client_token: str | None
    fingerprint: str


class Runner:
    """The tasks of one stack."""

    def __init__(
        self,
        definitions: Mapping[str, TaskDefinition],
        *,
        journal: Journal,
        room: Room,
        now: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._definitions = definitions
        self._journal = journal
        self._room = room
        self._now = now
        self._changed = changed
        self.tasks: dict[str, Task] = {}
        self._mains: dict[str, Main] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._starting = asyncio.Lock()
        self.shutting_down = False  # then nobody would be left to end another task

    def recover(self) -> None:
        """Take up the tasks of the journal: live ones are watched again, lost ones are over."""
        self.tasks = {task.id: task for task in self._journal.tasks()}
        lost: list[Task] = []
        for task in [task for task in self.tasks.values() if task.live]:
            main = ecs_process.find(task.pid, task.pid_created)
            if main is None:
                lost.append(task)
                continue
            self._mains[task.id] = main
            if task.status in {Status.PROVISIONING, Status.PENDING}:
                self._running(task)
            self._spawn(self._watch(task, main))
            if task.desired == "STOPPED":
                self._spawn(self._end(task, main))
        ecs_process.end_marked({task.id for task in lost})
        for task in lost:
            task.exit_reason = "it ended while the task runner was away"
            code = StopCode.ESSENTIAL_CONTAINER_EXITED if task.pid else StopCode.FAILED_TO_START
            self._stopped(task, code, "Essential container in task exited")

    def run(self, request: Request) -> Task:
        """Accept a task; it is started after this returns."""
        definition = request.definition
        task = Task(
            id=secrets.token_hex(16),
            cluster=request.cluster,
            family=definition.family,
            definition=definition.arn,
            role=definition.role,
            container=definition.containers[0].name,
            cpu=definition.cpu,
            memory=definition.memory,
            created=self._now().timestamp(),
            environment=request.environment,
            overrides=request.overrides,
            group=request.group,
            started_by=request.started_by,
            tags=request.tags,
            network=request.network,
            client_token=request.client_token,
            request=request.fingerprint,
            credentials=Credentials.issue(),
        )
        self.tasks[task.id] = task
        self._report(task)
        self._spawn(self._launch(task, definition))
        return task

    def stop(self, task: Task, reason: str, code: StopCode = StopCode.USER_INITIATED) -> None:
        """Ask a task to end: SIGTERM, and SIGKILL after its stop timeout."""
        if not task.live or task.desired == "STOPPED":
            return
        task.desired = "STOPPED"
        task.stop_code, task.stopped_reason = code, reason
        task.stopping = self._now().timestamp()
        main = self._mains.get(task.id)
        if main is None:
            self._journal.keep(task)
            return
        self._advance(task, Status.STOPPING)
        self._spawn(self._end(task, main))

    async def shut_down(self) -> None:
        """End every task and wait until all are over; nobody gets longer than the stack has."""
        self.shutting_down = True
        for task in [task for task in self.tasks.values() if task.live]:
            reason = "the stack on this machine was stopped"
            self.stop(task, reason, StopCode.TERMINATION_NOTICE)
        while self._work:
            await asyncio.wait(self._work)

    def check_memory(self) -> None:
        """End the biggest process of each task that uses more than its definition gives it."""
        tasks = {main.pid: self.tasks[key] for key, main in self._mains.items()}
        limits = {pid: task.memory * MIB for pid, task in tasks.items()}
        for excess in ecs_memory.excesses(limits):
            self._end_biggest(tasks[excess.main], excess)

    def _end_biggest(self, task: Task, excess: Excess) -> None:
        """Kill as the kernel does: the count of kills, which the task may read, rises first."""
        events = self._cgroup(task) / "memory.events"
        before = int(events.read_text().split()[1]) if events.exists() else 0
        events.parent.mkdir(parents=True, exist_ok=True)
        events.write_text(f"oom_kill {before + 1}\n")
        if excess.biggest == excess.main:
            task.exit_reason = OUT_OF_MEMORY
        used = excess.used // MIB
        log.warning(
            "task %s uses %d of %d MiB: its biggest process is killed", task.id, used, task.memory
        )
        with contextlib.suppress(ProcessLookupError):
            os.kill(excess.biggest, signal.SIGKILL)

    def forget(self) -> None:
        """Drop what stopped long ago."""
        before = self._now().timestamp() - REMEMBERED_SECONDS
        for identity in self._journal.forget(before):
            self.tasks.pop(identity, None)

    async def _launch(self, task: Task, definition: TaskDefinition) -> None:
        self._advance(task, Status.PENDING)
        container = definition.containers[0]
        folder = self._folder(task)
        try:
            folder.mkdir(parents=True)
            command = (sys.executable, *IMAGES[container.image], *container.command)
            # While a process is being started its id is unknown: nobody may look for orphans.
            async with self._starting:
                if task.desired == "STOPPED":
                    self._stopped(task, StopCode.USER_INITIATED, "Task stopped before it started")
                    return
                log_file = self._room.logs / f"{task.id}.log"
                main = await ecs_process.start(command, self._environment(task, folder), log_file)
                self._mains[task.id] = main
        except OSError as error:
            task.exit_reason = f"CannotStartContainerError: {error}"
            self._stopped(task, StopCode.FAILED_TO_START, task.exit_reason)
            return
        task.pid, task.pid_created = main.pid, main.created
        self._running(task)
        self._spawn(self._watch(task, main))
        if task.desired == "STOPPED":
            self._spawn(self._end(task, main))

    def _running(self, task: Task) -> None:
        task.started = self._now().timestamp()
        self._advance(task, Status.RUNNING)

    async def _watch(self, task: Task, main: Main) -> None:
        """Wait for the main process; then the whole container is over."""
        task.exit_code = await main.wait()
        if task.exit_code is None and task.exit_reason is None:
            task.exit_reason = "the exit code was lost while the task runner was away"
        main.kill_group()
        self._mains.pop(task.id, None)
        async with self._starting:
            known = {other.pid for other in self._mains.values()}
            ecs_process.end_orphans(known, alive=set(self._mains))
        if main.process is None:
            ecs_process.end_marked({task.id})
        self._stopped(
            task, StopCode.ESSENTIAL_CONTAINER_EXITED, "Essential container in task exited"
        )

    async def _end(self, task: Task, main: Main) -> None:
        main.signal(signal.SIGTERM)
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while self._mains.get(task.id) is main:
            if loop.time() - begun >= self._patience(task):
                main.kill_group()
                return
            await asyncio.sleep(END_POLL)

    def _patience(self, task: Task) -> float:
        definition = self._definitions.get(task.family)
        own = 30.0 if definition is None else float(definition.containers[0].stop_timeout)
        return min(own, SHUTDOWN_SECONDS) if self.shutting_down else own

    def _stopped(self, task: Task, code: StopCode, reason: str) -> None:
        task.stop_code = task.stop_code or code
        task.stopped_reason = task.stopped_reason or reason
        task.desired = "STOPPED"
        task.stopping = task.stopping or self._now().timestamp()
        task.credentials = None
        self._advance(task, Status.DEPROVISIONING)
        shutil.rmtree(self._folder(task), ignore_errors=True)
        shutil.rmtree(self._cgroup(task), ignore_errors=True)
        task.stopped = self._now().timestamp()
        self._advance(task, Status.STOPPED)

    def _advance(self, task: Task, status: Status) -> None:
        task.status = status
        task.version += 1
        self._report(task)

    def _report(self, task: Task) -> None:
        self._journal.keep(task, task.event(self._now(), str(uuid4())))
        self._changed()

    def _folder(self, task: Task) -> Path:
        return self._room.work / "tasks" / task.id

    def _cgroup(self, task: Task) -> Path:
        return self._room.work / "cgroups" / task.id

    def _environment(self, task: Task, folder: Path) -> dict[str, str]:
        held = task.credentials
        if held is None:
            raise OSError("its credentials were revoked")
        return {
            **environment.inherited(),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self._room.variables,
            **task.environment,
            "WORK_DIR": str(folder),
            "CGROUP_DIR": str(self._cgroup(task)),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self._room.credentials_url}/{task.id}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": held.authorization,
            TASK_MARKER: task.id,
        }

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a task's watch failed", exc_info=task.exception())
