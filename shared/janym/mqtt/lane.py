"""Messages of one kind in order: the oldest in memory, the others on disk."""

from collections import deque
from dataclasses import dataclass, field

from janym.domain.topics import Topic
from janym.mqtt.spool import Record, Spool

MEMORY_BYTES = 256 * 1024
"""Of each lane. What does not fit waits on disk until what is before it has left."""


@dataclass(slots=True, eq=False)
class Entry:
    """One message on its way."""

    topic: Topic
    body: bytes
    """A JSON object without `seq`."""
    retain: bool = False
    """Of snapshots alone: no fact and no log is retained."""
    order: int = 0
    seq: int | None = None
    """Given at the first sending. A fact keeps it, so that a repeat is known as one."""


@dataclass(slots=True)
class Lane:
    """A queue that may grow far beyond memory. Only what was never sent is on disk."""

    spool: Spool
    memory_bytes: int = MEMORY_BYTES
    _head: deque[Entry] = field(default_factory=deque[Entry])
    _held: int = 0

    def __len__(self) -> int:
        return len(self._head) + len(self.spool)

    @property
    def size(self) -> int:
        """Bytes of the messages that wait, in memory and on disk."""
        return self._held + self.spool.size

    @property
    def first(self) -> Entry | None:
        """The oldest, without taking it. Raises OSError where the disk fails."""
        if not self._head:
            self._refill()
        return self._head[0] if self._head else None

    def append(self, entry: Entry) -> None:
        """Take a message behind all others. Raises OSError where the disk does not take it."""
        if not self.spool and self._held + len(entry.body) <= self.memory_bytes:
            self._head.append(entry)
            self._held += len(entry.body)
        else:
            self.spool.append(Record(order=entry.order, topic=entry.topic, body=entry.body))

    def put_back(self, entry: Entry) -> None:
        """Take a message before all others, in memory: it has been sent and keeps its number."""
        self._head.appendleft(entry)
        self._held += len(entry.body)

    def pop(self) -> Entry:
        """Remove and return the oldest. Raises IndexError, or OSError where the disk fails."""
        if not self._head:
            self._refill()
        entry = self._head.popleft()
        self._held -= len(entry.body)
        return entry

    def _refill(self) -> None:
        while self.spool and (not self._head or self._held < self.memory_bytes // 2):
            record = self.spool.pop()
            self._head.append(Entry(topic=record.topic, body=record.body, order=record.order))
            self._held += len(record.body)
