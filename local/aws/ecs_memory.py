"""Memory of tasks: what each uses, and which process the kernel would end where it is too much."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
MIB = 1024 * KIB
PROC = Path("/proc")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A process, whom it belongs to, and its resident memory in bytes."""

    pid: int
    parent: int
    group: int
    session: int
    resident: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A task over its limit: its main process, the process to end, and the bytes used."""

    main: int
    biggest: int
    used: int


def excesses(limits: Mapping[int, int]) -> list[Excess]:
    """Find the tasks, by their main process, that use more than their limit in bytes.

    Pages that processes share count once, as they do for a container.
    """
    every = {process.pid: process for process in _processes()} if limits else {}
    members: dict[int, list[Used]] = {main: [] for main in limits}
    for process in every.values():
        main = _main_of(process, every, limits)
        if main is not None:
            members[main].append(process)
    return [found for main, used in members.items() if (found := _excess(main, used, limits[main]))]


def _excess(main: int, members: list[Used], limit: int) -> Excess | None:
    if sum(process.resident for process in members) <= limit:
        return None
    used = sum(_share(process) for process in members)
    if used <= limit:
        return None
    biggest = max(members, key=lambda process: process.resident)
    return Excess(main=main, biggest=biggest.pid, used=used)


def _main_of(process: Used, every: Mapping[int, Used], limits: Mapping[int, int]) -> int | None:
    """Give the main process that a process descends from, or whose group or session it is in."""
    above: Used | None = process
    while above is not None and above.pid not in limits:
        above = every.get(above.parent)
    if above is not None:
        return above.pid
    return next((main for main in (process.group, process.session) if main in limits), None)


def _processes() -> Iterator[Used]:
    for entry in PROC.iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            # proc(5): after the name in brackets state, ppid, pgrp, session; the 22nd is rss.
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            yield Used(
                pid=int(entry.name),
                parent=int(stat[1]),
                group=int(stat[2]),
                session=int(stat[3]),
                resident=int(stat[21]) * PAGE,
            )


def _share(process: Used) -> int:
    """Give a process's part of the pages it shares, and all of its own; 0 where it is gone."""
    try:
        rollup = (PROC / str(process.pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except PermissionError:
        return process.resident
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * KIB
