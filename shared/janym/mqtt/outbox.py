"""What waits to be delivered: facts in order, of each snapshot the newest alone.

Snapshots (status, metrics) go first, for an old backlog must not make a bot look dead. Facts
(orders, fills, acks) and logs follow in the order they were told. What does not fit into a little
memory waits on disk, up to a bound in bytes; beyond it the oldest logs give way, and facts only
once no log is left. Whatever gives way is counted until somebody asks.

The task's disk dies with the task: fills that it takes along are fetched from the venue.
"""

from collections import Counter
from itertools import count
from pathlib import Path

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
from janym.mqtt.lane import Entry, Lane
from janym.mqtt.spool import Spool

SNAPSHOTS = frozenset({STATUS, METRICS, METRICS_BALANCE, METRICS_PNL, METRICS_ORDERS})
LOGS = frozenset({LOGS_INFO, LOGS_WARNING, LOGS_ERROR})
LIMIT_BYTES = 64 * 1024 * 1024
"""About a hundred thousand fills: a busy bot's day."""


class Outbox:
    """Takes messages at any time, and gives them out in the order they should leave."""

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        """`folder` is for this outbox alone, and emptied."""
        self._limit = limit_bytes
        self._snapshots: dict[Topic, Entry] = {}
        self._facts = Lane(Spool(folder / "facts"))
        self._logs = Lane(Spool(folder / "logs"))
        self._dropped: Counter[str] = Counter()
        self._order = count()

    def __len__(self) -> int:
        return len(self._snapshots) + len(self._facts) + len(self._logs)

    def add(self, entry: Entry) -> None:
        """Queue a message; an older snapshot of its topic gives way, or what the bound says."""
        entry.order = next(self._order)
        if entry.topic in SNAPSHOTS:
            self._replace(entry)
            return
        if not self._appended(entry):
            while self._logs and entry.topic not in LOGS:
                self._give_way(self._logs)
            if not self._appended(entry):
                self._dropped[entry.topic.suffix] += 1
        while self._facts.size + self._logs.size > self._limit:
            self._give_way(self._logs or self._facts)

    @property
    def roomy(self) -> bool:
        """Whether so much is free that a word about losses is not lost itself."""
        return self._facts.size + self._logs.size <= self._limit // 2

    def take(self) -> Entry | None:
        """Remove and return the next message to send, or None.

        Raises:
            OSError: the disk does not give back what it took.
        """
        if self._snapshots:
            return self._snapshots.pop(next(iter(self._snapshots)))
        facts, logs = self._facts.first, self._logs.first
        if facts and logs:
            return (self._facts if facts.order < logs.order else self._logs).pop()
        if facts or logs:
            return (self._facts if facts else self._logs).pop()
        return None

    def put_back(self, entries: list[Entry]) -> None:
        """Return messages whose delivery is unknown, oldest first, to where they stood."""
        for entry in sorted(entries, key=lambda entry: entry.order, reverse=True):
            if entry.topic not in SNAPSHOTS:
                self._lane(entry).put_back(entry)
            elif entry.topic in self._snapshots:
                newer = self._snapshots[entry.topic]
                newer.retain = newer.retain or entry.retain
            else:
                entry.seq = None
                self._snapshots[entry.topic] = entry

    def dropped(self) -> Counter[str]:
        """Return how many messages of each topic were lost since the last call."""
        counts, self._dropped = self._dropped, Counter()
        return counts

    def close(self) -> None:
        """Delete what is on disk."""
        for lane in (self._facts, self._logs):
            lane.spool.close()

    def _appended(self, entry: Entry) -> bool:
        """Tell whether there was room: a disk that is full, or gone, is a bound as well."""
        try:
            self._lane(entry).append(entry)
        except OSError:
            return False
        return True

    def _give_way(self, lane: Lane) -> None:
        self._dropped[lane.pop().topic.suffix] += 1

    def _lane(self, entry: Entry) -> Lane:
        return self._logs if entry.topic in LOGS else self._facts

    def _replace(self, entry: Entry) -> None:
        older = self._snapshots.pop(entry.topic, None)
        if older:
            entry.retain = entry.retain or older.retain
        self._snapshots[entry.topic] = entry
