"""What waits to be delivered: facts in order, of each snapshot the newest alone.

Snapshots (status, metrics) go first, for an old backlog must not make a bot look dead. Facts
(orders, fills, acks) and logs follow in the order they were told; each has room of its own, so that
a chatty engine pushes out no fill. Whatever gives way is counted until somebody asks.

All of it is in memory: the task's disk dies with the task.
"""

from asyncio import Future
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from janym.domain.topics import (
    LOGS_ERROR,
    LOGS_INFO,
    LOGS_WARNING,
    METRICS,
    METRICS_BALANCE,
    METRICS_ORDERS,
    METRICS_PNL,
    STATUS,
    Topic,
)

SNAPSHOTS = frozenset({STATUS, METRICS, METRICS_BALANCE, METRICS_PNL, METRICS_ORDERS})
LOGS = frozenset({LOGS_INFO, LOGS_WARNING, LOGS_ERROR})


@dataclass(slots=True, eq=False)
class Entry:
    """One message on its way."""

    topic: Topic
    body: bytes
    """A JSON object without `seq`."""
    retain: bool
    delivered: Future[bool]
    """True once delivered; False where it gave way to a newer one or to the bound."""
    order: int = 0
    seq: int | None = None
    """Given at the first sending. A fact keeps it, so that a repeat is known as one."""

    @property
    def snapshot(self) -> bool:
        return self.topic in SNAPSHOTS

    def end(self, *, delivered: bool) -> None:
        if not self.delivered.done():
            self.delivered.set_result(delivered)


@dataclass(slots=True)
class Outbox:
    """Takes messages at any time, and gives them out in the order they should leave."""

    facts_limit: int = 20_000
    logs_limit: int = 2_000
    _snapshots: dict[Topic, Entry] = field(default_factory=dict[Topic, Entry])
    _facts: deque[Entry] = field(default_factory=deque[Entry])
    _logs: deque[Entry] = field(default_factory=deque[Entry])
    _dropped: Counter[str] = field(default_factory=Counter[str])
    _order: Iterator[int] = field(default_factory=count)

    def __len__(self) -> int:
        return len(self._snapshots) + len(self._facts) + len(self._logs)

    def add(self, entry: Entry) -> None:
        """Queue a message; an older snapshot of its topic, or the oldest of its kind, gives way."""
        entry.order = next(self._order)
        if entry.snapshot:
            self._replace(entry)
        elif entry.topic in LOGS:
            self._append(self._logs, entry, self.logs_limit)
        else:
            self._append(self._facts, entry, self.facts_limit)

    def take(self) -> Entry | None:
        """Remove and return the next message to send, or None."""
        if self._snapshots:
            return self._snapshots.pop(next(iter(self._snapshots)))
        lanes = [lane for lane in (self._facts, self._logs) if lane]
        return min(lanes, key=lambda lane: lane[0].order).popleft() if lanes else None

    def put_back(self, entries: list[Entry]) -> None:
        """Return messages whose delivery is unknown, oldest first, to where they stood."""
        for entry in sorted(entries, key=lambda entry: entry.order, reverse=True):
            if not entry.snapshot:
                (self._logs if entry.topic in LOGS else self._facts).appendleft(entry)
            elif entry.topic in self._snapshots:
                newer = self._snapshots[entry.topic]
                newer.retain = newer.retain or entry.retain
                entry.end(delivered=False)
            else:
                entry.seq = None
                self._snapshots[entry.topic] = entry

    def dropped(self) -> dict[str, int]:
        """Return how many messages of each kind were lost since the last call."""
        counts, self._dropped = dict(self._dropped), Counter()
        return counts

    def _replace(self, entry: Entry) -> None:
        older = self._snapshots.pop(entry.topic, None)
        if older:
            entry.retain = entry.retain or older.retain
            older.end(delivered=False)
        self._snapshots[entry.topic] = entry

    def _append(self, lane: deque[Entry], entry: Entry, limit: int) -> None:
        lane.append(entry)
        if len(lane) > limit:
            oldest = lane.popleft()
            self._dropped[oldest.topic.suffix] += 1
            oldest.end(delivered=False)
