"""Finding the processes of one bot, to kill them as fate would."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A live process."""

    pid: int
    parent: int
    session: int
    command: str
    environment: dict[str, str]


def alive() -> Iterator[Process]:
    """List the processes whose start we may read."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            pairs = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we looked, or is somebody else's
        if stat[0] == "Z":
            continue
        environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        yield Process(
            pid=int(folder.name),
            parent=int(stat[1]),
            session=int(stat[3]),
            command=command,
            environment=environment,
        )


def bridge_of(bot: str) -> Process | None:
    """Give the first process of a bot's task, if it lives."""
    mine = [process for process in alive() if process.environment.get("BOT_ID") == bot]
    return next((process for process in mine if "containers.bridge" in process.command), None)


def engine_of(bot: str) -> Process | None:
    """Give the Hummingbot process beside a bot's bridge, if it lives."""
    bridge = bridge_of(bot)
    if bridge is None:
        return None
    return next((process for process in alive() if process.parent == bridge.pid), None)


def task_of(bot: str) -> list[int]:
    """List every process of a bot's task: a task is a session of its own."""
    bridge = bridge_of(bot)
    return [process.pid for process in alive() if bridge and process.session == bridge.session]


def of_stack(home: Path) -> list[int]:
    """List the processes that belong to a stack: by what their environment names, or descent."""
    every = list(alive())
    mine = {
        process.pid for process in every if str(home) in "\0".join(process.environment.values())
    }
    while True:
        more = {process.pid for process in every if process.parent in mine} - mine
        if not more:
            return sorted(mine)
        mine |= more
