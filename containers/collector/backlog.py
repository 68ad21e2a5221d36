"""Batches that wait to be stored, oldest first: in memory, and on disk when there are many.

A batch on disk is a file named by its turn: a line of JSON, then the block. Its token is with it,
so that one that was stored without the answer having come is known again, after a restart too.
What does not fit is given back, to be counted and recorded as lost.

A machine that lost its power may leave a file without its content. It is set aside: what it held
was not covered by any lease, and lies in the gap that a collector records when it begins.
"""

import json
import logging
from collections import deque
from collections.abc import Iterable
from pathlib import Path

from janym.domain.market import Market, Pair, VenueId
from janym.ports.market_history import Batch, Place, Span

LOG = logging.getLogger("collector.backlog")

IN_MEMORY = 32 * 2**20
"""Bytes; what comes beyond goes to disk until all of that is stored."""

SUFFIX, SPOILED = ".batch", ".spoiled"
FIRST_TURN = 10**9
"""Leaves room before it, for what was in memory when a process ended."""


class Backlog:
    """First in, first out.

    Args:
        folder: where files go; what an earlier process left there comes first.
        most_bytes: how much the disk may hold.
    """

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._most = most_bytes
        self._memory: deque[Batch] = deque()
        self._memory_bytes = 0
        self._files = deque(sorted(folder.glob(f"*{SUFFIX}")))
        self._disk_bytes = sum(file.stat().st_size for file in self._files)
        self._head: Batch | None = None
        self._next = 1 + max((int(file.stem) for file in self._files), default=FIRST_TURN)
        for draft in folder.glob("*.draft"):
            draft.unlink()

    def __len__(self) -> int:
        return len(self._memory) + len(self._files)

    @property
    def disk_bytes(self) -> int:
        """How much lies on disk."""
        return self._disk_bytes

    @property
    def first_ns(self) -> int | None:
        """When the oldest row that waits was received."""
        head = self.oldest()
        return None if head is None else head.first_ns

    def push(self, batches: Iterable[Batch]) -> list[Batch]:
        """Add batches, and give back those that cannot be kept."""
        lost: list[Batch] = []
        for batch in batches:
            if not self._files and self._memory_bytes < IN_MEMORY:
                self._memory.append(batch)
                self._memory_bytes += len(batch.block)
            elif not self._spill(batch):
                lost.append(batch)
        return lost

    def oldest(self) -> Batch | None:
        """Give the batch whose turn it is, and keep it."""
        if self._memory:
            return self._memory[0]
        while self._files and self._head is None:
            file = self._files[0]
            try:
                self._head = _read(file)
            except (ValueError, KeyError, TypeError) as error:
                self._set_aside(file, error)
        return self._head

    def done(self) -> None:
        """Forget the oldest: it is stored."""
        if self._memory:
            self._memory_bytes -= len(self._memory.popleft().block)
            return
        file = self._files.popleft()
        self._disk_bytes -= file.stat().st_size
        file.unlink()
        self._head = None

    def keep(self) -> list[Batch]:
        """Write to disk what is in memory, before the process ends; give back what cannot be."""
        waiting, self._memory, self._memory_bytes = list(self._memory), deque(), 0
        # What is in memory is older than what is on disk: it takes the turns before.
        first = int(self._files[0].stem) if self._files else self._next
        lost: list[Batch] = []
        for turn, batch in enumerate(waiting, start=first - len(waiting)):
            if not self._write(batch, turn):
                lost.append(batch)
        self._files = deque(sorted(self._folder.glob(f"*{SUFFIX}")))
        return lost

    def _set_aside(self, file: Path, error: Exception) -> None:
        LOG.error("%s holds no whole batch and is set aside: %s", file, error)
        self._disk_bytes -= file.stat().st_size
        file.replace(file.with_suffix(SPOILED))
        self._files.popleft()

    def _spill(self, batch: Batch) -> bool:
        if not self._write(batch, self._next):
            return False
        self._files.append(self._file(self._next))
        self._next += 1
        return True

    def _write(self, batch: Batch, turn: int) -> bool:
        """Write a file whole, or say that there is no room."""
        content = _header(batch) + batch.block
        if self._disk_bytes + len(content) > self._most:
            return False
        file = self._file(turn)
        draft = file.with_suffix(".draft")
        try:
            draft.write_bytes(content)
            draft.replace(file)
        except OSError:
            draft.unlink(missing_ok=True)
            return False
        self._disk_bytes += len(content)
        return True

    def _file(self, turn: int) -> Path:
        return self._folder / f"{turn:020d}{SUFFIX}"


def _header(batch: Batch) -> bytes:
    header = {
        "table": batch.table,
        "token": batch.token,
        "spans": batch.spans,
        "bytes": len(batch.block),
    }
    return json.dumps(header).encode() + b"\n"


def _read(file: Path) -> Batch:
    line, _, block = file.read_bytes().partition(b"\n")
    header = json.loads(line)
    if len(block) != header["bytes"]:
        raise ValueError(f"{len(block)} bytes of {header['bytes']}")
    return Batch(
        table=header["table"],
        token=header["token"],
        spans=tuple(
            Span(Place(VenueId(venue), Market(market), Pair(pair)), rows, first, last)
            for (venue, market, pair), rows, first, last in header["spans"]
        ),
        block=block,
    )
