"""Processes of tasks: started in a session of their own, watched, and ended with all they began."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from local.child import created
from local.layout import ROOT

TASK_MARKER = "ECS_TASK_ID"
"""Variable in a task's environment that says which task a process belongs to."""

_PR_SET_CHILD_SUBREAPER = 36
_SAME_START = 2.0
"""Seconds by which two readings of one process's start may differ (the boot time is rounded)."""


def adopt_orphans() -> None:
    """Become the parent of what dead tasks leave behind, so that it can be ended.

    Raises OSError where the kernel refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """The main process of a task: its id and when it was created."""

    pid: int
    created: float
    process: asyncio.subprocess.Process | None

    async def wait(self) -> int | None:
        """The exit code, 128 + n for signal n; None when it is not this process's child."""
        if self.process is None:
            await _gone(self.pid)
            return None
        status = await self.process.wait()
        return status if status >= 0 else 128 - status

    def signal(self, number: signal.Signals) -> None:
        """Signal the main process alone, as a container's runtime does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill_group(self) -> None:
        """End the whole process group at once."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


async def start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Main:
    """Start a task's main process. Raises OSError."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Main(pid=process.pid, created=created(process.pid) or 0.0, process=process)


def find(pid: int | None, since: float | None) -> Main | None:
    """A main process that an earlier runner started, if it still lives and is the same one."""
    if pid is None or since is None:
        return None
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - since) < _SAME_START
        if not same or process.status() == psutil.STATUS_ZOMBIE:
            return None
    except psutil.NoSuchProcess:
        return None
    return Main(pid=pid, created=since, process=None)


def end_marked(tasks: set[str]) -> None:
    """Kill every process whose environment says that it belongs to one of the tasks."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(TASK_MARKER) in tasks:
                process.kill()


def end_orphans(known: set[int], alive: set[str]) -> None:
    """Kill what dead tasks left to this process: children that are no task's main process.

    A live task's own orphans, which its environment marks, are spared.
    """
    for child in psutil.Process().children():
        if child.pid in known or _task_of(child) in alive:
            continue
        with contextlib.suppress(psutil.Error):
            for deeper in child.children(recursive=True):
                deeper.kill()
        with contextlib.suppress(psutil.Error):
            child.kill()
        with contextlib.suppress(psutil.Error):
            child.wait(timeout=5)


def _task_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(TASK_MARKER)
    except psutil.Error:
        return None


async def _gone(pid: int) -> None:
    """Return when a process that is not a child has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, lambda: ended.done() or ended.set_result(None))
    try:
        await ended
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
