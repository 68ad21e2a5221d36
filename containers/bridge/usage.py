"""What processes use of the machine, as the kernel counts it."""

import os
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")
EVENTS = ("memory.events", "memory/memory.oom_control")
"""Version 2 and version 1; both say `oom_kill N`."""
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


def memory_bytes(pid: int) -> int | None:
    """Give a process's resident memory; None where it is gone."""
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE
    except (FileNotFoundError, ProcessLookupError):
        return None


def cpu_seconds(pids: Iterable[int]) -> Decimal:
    """Give what these processes have used together; one that is gone counts nothing."""
    ticks = 0
    for pid in pids:
        try:
            stat = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(stat[11]) + int(stat[12])
    return Decimal(ticks) / TICKS


def memory_kills(cgroup: Path = CGROUP) -> int:
    """Count the processes of our container that the kernel has killed for memory."""
    for name in EVENTS:
        try:
            words = (cgroup / name).read_text().split()
        except OSError:
            continue
        if "oom_kill" in words:
            return int(words[words.index("oom_kill") + 1])
    return 0
