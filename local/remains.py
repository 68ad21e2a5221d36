"""What a stack left behind when its supervisor, or its task runner, was killed.

A process belongs to a stack when its environment names the stack's folder, when it is a
PostgreSQL server in the stack's data folder (its workers overwrite their environment), or when it
descends from one that does. Nothing is ever ended by its name. Only the topmost are asked to end:
a bot's bridge ends its engine itself, after its orders.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from local.layout import MARKER, Stack

_PATIENCE = 30.0
"""Seconds between asking and killing: a bot may be cancelling its orders at a real exchange."""

_POLL = 0.1


def find(stack: Stack) -> list[psutil.Process]:
    """Return the live processes that belong to the stack, except this one and its parents."""
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in own and belongs(process, stack)
    ]


def belongs(process: psutil.Process, stack: Stack) -> bool:
    """Tell whether a process is the stack's; one that cannot be read is not."""
    cluster = stack.data("postgres") / "cluster"
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if process.environ().get(MARKER) == str(stack.home):
            return True
        return Path(process.exe()).name == "postgres" and Path(process.cwd()) == cluster
    except (psutil.Error, OSError):
        return False


def clear(stack: Stack) -> Iterator[str]:
    """End what is left and remove what it locked; yield a line for each thing done.

    Call with the stack's lock held: then no supervisor lives, and what is found is left over.
    """
    left = _with_descendants(find(stack))
    tops = [process for process in left if _parent(process) not in {each.pid for each in left}]
    for process in tops:
        yield f"ending {_described(process)}, which is left over"
        _quietly(process.terminate)
    for process in _wait(tops):
        yield f"process {process.pid} did not end in {_PATIENCE:.0f} s and is killed"
    for process in left:
        _quietly(process.kill)
    _wait(left)
    pid_file = stack.data("postgres") / "cluster" / "postmaster.pid"
    if pid_file.exists() and not find(stack):
        pid_file.unlink()
        yield "removed the lock of a database server that was killed"


def _with_descendants(found: list[psutil.Process]) -> list[psutil.Process]:
    """Add what the processes have started, even where it took off the stack's mark."""
    known = {process.pid: process for process in found}
    for process in found:
        with contextlib.suppress(psutil.Error):
            known |= {each.pid: each for each in process.children(recursive=True)}
    return list(known.values())


def _parent(process: psutil.Process) -> int | None:
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return None


def _described(process: psutil.Process) -> str:
    """Name a process, and its bot where it is a bot's task."""
    try:
        bot = process.environ().get("BOT_ID")
    except (psutil.Error, OSError):
        bot = None
    return f"process {process.pid} (the task of bot {bot})" if bot else f"process {process.pid}"


def _wait(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for the end of processes; return those that still live. Nobody may reap an orphan."""
    deadline = time.monotonic() + _PATIENCE
    while alive := [process for process in processes if _lives(process)]:
        if time.monotonic() > deadline:
            return alive
        time.sleep(_POLL)
    return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _quietly(act: Callable[[], None]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        act()
