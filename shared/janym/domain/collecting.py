"""Who collects which book: tasks, the daemons that share them, and the rule by which they do.

Every daemon reckons the same division from the same lists, without asking another: each task goes
to the daemon whose score for it is highest (weighted rendezvous hashing), unless that one has its
fair share already. When a daemon comes or goes, little but what it takes or leaves is moved.

Weighted rendezvous hashing: Schindelhauer, Schomaker, "Weighted distributed hash tables", 2005.
Bounded loads: Mirrokni, Thorup, Zadimoghaddam, "Consistent hashing with bounded loads", 2016.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

from janym.domain.market import Channel, Depth, Market, Pair, VenueId

DaemonId = NewType("DaemonId", str)
MonitoringId = NewType("MonitoringId", int)

DEAD_AFTER = timedelta(seconds=20)
"""A daemon that gave no sign for so long is dead: its leases end, and others share its work."""

SLACK = 1.15
"""No daemon takes more than so many times its fair share of the priorities."""


class Role(StrEnum):
    """What a daemon does."""

    MONITOR = "monitor"
    TRADER = "trader"
    BOTH = "both"


class DaemonStatus(StrEnum):
    """How a daemon last said it was."""

    RUNNING = "running"
    STOPPED = "stopped"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One book to be collected."""

    venue: VenueId
    market: Market
    pair: Pair
    depth: Depth
    priority: int
    """Its part in the load; the highest are given out first."""
    bbo: bool = False
    """Whether the venue's own channel of best bid and offer is kept too."""

    @property
    def channels(self) -> Sequence[Channel]:
        """What is listened to."""
        return tuple(each for each in Channel if self.bbo or each is not Channel.BBO)

    @property
    def key(self) -> str:
        """What its lease is called."""
        return f"book/{self.venue}/{self.market}/{self.pair}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """What an organization wants collected; every collector reads it within seconds."""

    id: MonitoringId
    task: Task
    enabled: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A collector, as the others see it."""

    id: DaemonId
    weight: float = 1.0
    """How much it can carry beside the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonState:
    """What a daemon leaves of itself, for others to see and for its own return."""

    id: DaemonId
    role: Role
    status: DaemonStatus
    heartbeat: datetime
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """How a collector is, as people see it."""

    id: DaemonId
    status: DaemonStatus
    heartbeat: datetime
    books: int
    """How many it held when it gave its last sign."""

    def is_alive(self, now: datetime) -> bool:
        """Tell whether it collects, as far as the others know."""
        return self.status is DaemonStatus.RUNNING and now - self.heartbeat < DEAD_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to collect one book until a moment."""

    key: str
    until: datetime
    covered_until: datetime | None
    """Up to when the book's history is known to be written; None where nobody wrote any yet."""
    taken_over: bool
    """It was another's, or nobody's, until now."""


def merged(tasks: Iterable[Task]) -> list[Task]:
    """Join tasks of one book: the highest priority counts, the greatest depth, every channel."""
    found: dict[str, Task] = {}
    depths = list(Depth)
    for task in tasks:
        known = found.get(task.key)
        found[task.key] = (
            task
            if known is None
            else Task(
                venue=task.venue,
                market=task.market,
                pair=task.pair,
                depth=max(known.depth, task.depth, key=depths.index),
                priority=max(known.priority, task.priority),
                bbo=known.bbo or task.bbo,
            )
        )
    return sorted(found.values(), key=lambda task: (-task.priority, task.key))


def share_out(tasks: Iterable[Task], daemons: Sequence[Daemon]) -> dict[DaemonId, list[Task]]:
    """Give each task to one daemon; none where there is no daemon."""
    shares: dict[DaemonId, list[Task]] = {daemon.id: [] for daemon in daemons}
    if not shares:
        return shares
    wanted = merged(tasks)
    room = _room(wanted, daemons)
    for task in wanted:
        ranked = sorted(daemons, key=lambda daemon: (-score(task, daemon), daemon.id))
        taker = next((one for one in ranked if room[one.id] >= task.priority), None)
        if taker is None:
            taker = max(ranked, key=lambda one: room[one.id])
        room[taker.id] -= task.priority
        shares[taker.id].append(task)
    return shares


def score(task: Task, daemon: Daemon) -> float:
    """Give a daemon's score for a task, the same wherever it is reckoned."""
    digest = hashlib.sha256(f"{daemon.id}\n{task.key}".encode()).digest()
    chance = (int.from_bytes(digest[:8]) + 1) / (2**64 + 2)
    return -daemon.weight / math.log(chance)


def _room(tasks: Sequence[Task], daemons: Sequence[Daemon]) -> dict[DaemonId, float]:
    load = sum(task.priority for task in tasks)
    weight = sum(daemon.weight for daemon in daemons)
    return {daemon.id: SLACK * load * daemon.weight / weight for daemon in daemons}
