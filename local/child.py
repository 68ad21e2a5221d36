"""One child process: its log, its identity, its end."""

import asyncio
import contextlib
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from local import death
from local.layout import ROOT

_LOG_LIMIT = 16 * 1024 * 1024
_TAIL_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A running process. It is known by its id and the moment it was created."""

    process: asyncio.subprocess.Process
    created: float
    log: Path
    offset: int
    """Where in the log this run begins."""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def exit(self) -> int | None:
        return self.process.returncode

    def last_lines(self, count: int = 12) -> list[str]:
        """Return the end of what this run wrote."""
        return last_lines(self.log, count, since=self.offset)

    async def stop(self, number: signal.Signals, patience: float) -> bool:
        """Ask, wait `patience` seconds, then kill. Return whether asking was enough."""
        if self.exit is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)
        try:
            await asyncio.wait_for(self.process.wait(), patience)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
            return False
        return True


async def start(
    command: Sequence[str], *, environment: Mapping[str, str], log: Path, at: datetime
) -> Child:
    """Start a process in a session of its own, so that a Ctrl-C reaches the supervisor alone.

    It dies with this process. Call from the main thread.

    Raises:
        OSError: the program cannot be started.
    """
    _rotate(log)
    with log.open("ab") as output:
        output.write(f"--- {at.isoformat(timespec='seconds')} starting\n".encode())
        output.flush()
        offset = output.tell()
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=death.following(),
        )
    return Child(process=process, created=created(process.pid) or 0.0, log=log, offset=offset)


def created(pid: int) -> float | None:
    """Return when a process was created, in seconds since the epoch; None when there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None


def last_lines(log: Path, count: int, *, since: int = 0) -> list[str]:
    """Return the last lines of a log, from byte `since` on."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(since, end - _TAIL_BYTES))
        return file.read().decode(errors="replace").splitlines()[-count:]


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
