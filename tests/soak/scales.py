"""What a whole stack holds in memory while something happens to it."""

import threading
from pathlib import Path
from typing import Self

from local.instruments import processes

EVERY_S = 5.0
MIB = 1024
"""Kilobytes, as /proc counts."""


class Scales:
    """Weighs every process of a stack again and again, pages that are shared counted once."""

    def __init__(self, home: Path) -> None:
        self.most = 0
        """MiB."""
        self.weighed = 0
        self._home = home
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._weigh, name="scales", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _weigh(self) -> None:
        while not self._done.wait(EVERY_S):
            total = sum(_proportional(pid) for pid in processes.of_stack(self._home))
            self.most = max(self.most, total // MIB)
            self.weighed += 1


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # it ended while we looked
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
