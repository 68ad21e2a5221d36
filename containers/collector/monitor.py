"""Which books are collected here: tasks are read, shared out among the collectors, and held.

While Postgres is away the last known tasks serve. A collector that just began goes on with what an
earlier life of its name left in `daemon_state`, or in a file where Postgres is away (S4-045,
S4-071).
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from containers.collector.ledger import Ledger
from containers.collector.markets import Markets
from janym.domain.collecting import (
    DEAD_AFTER,
    Daemon,
    DaemonState,
    DaemonStatus,
    Lease,
    Role,
    Task,
    merged,
    share_out,
)
from janym.domain.errors import StoreAway
from janym.domain.market import Depth, Market, Pair, VenueId
from janym.ports.market_history import Place
from janym.ports.roster import Roster

LOG = logging.getLogger("collector.monitor")


@dataclass(slots=True)
class Held:
    """What is collected here."""

    tasks: list[Task] = field(default_factory=list[Task])
    leased: set[str] = field(default_factory=set[str])
    """The keys of those whose leases are known to be ours."""
    of_all: int = 0
    """How many tasks everybody has, as last read."""
    away: bool = False
    looked_at: datetime | None = None


IN_FLIGHT = timedelta(seconds=1)
"""What a venue said so lately may still be on its way here: a history that ends is good until then,
by the venue's clock as well as by ours."""


class Monitor:
    """The loop that keeps subscriptions what they should be."""

    def __init__(  # noqa: PLR0913 - the service puts it together, nobody else
        self,
        me: Daemon,
        *,
        roster: Roster,
        markets: Markets,
        ledger: Ledger,
        covered_ns: Callable[[], int],
        now: Callable[[], datetime],
        memory: Path,
    ) -> None:
        self.held = Held()
        self._me = me
        self._roster = roster
        self._markets = markets
        self._ledger = ledger
        self._covered_ns = covered_ns
        self._now = now
        self._memory = memory

    async def restore(self) -> None:
        """Go on with what an earlier life held, before anybody's tasks are read (S4-071).

        What another has taken meanwhile is left to it. Without Postgres nobody can tell: then all
        that was held is taken up.
        """
        try:
            tasks, leases = await asyncio.to_thread(self._former)
        except StoreAway as away:
            LOG.warning("begins with what its file says: %s", away)
            self._take_up(await asyncio.to_thread(self._filed))
        else:
            self._take_up(self._held(tasks, leases))

    async def run(self, every_s: float) -> None:
        """Restore, then look at the tasks for as long as the service runs (S4-040)."""
        await self.restore()
        while True:
            await self.look()
            await asyncio.sleep(every_s)

    async def look(self) -> None:
        """Read tasks, take one's share, and subscribe to it."""
        try:
            # Read here, where rows do not move meanwhile from the recorder to the backlog.
            # An earlier life of this name may have lost what it heard last: its leases say when.
            first = self.held.looked_at is None
            covered = None if first else moment(self._covered_ns()) - IN_FLIGHT
            wanted, leases = await asyncio.to_thread(self._share, covered)
        except StoreAway as away:
            if not self.held.away:
                LOG.warning("the last known tasks serve: %s", away)
            self.held.away = True
            mine = self.held.tasks
        else:
            self.held.away = False
            self.held.looked_at = self._now()
            mine = self._held(wanted, leases)
            if mine != self.held.tasks:
                await asyncio.to_thread(self._file, mine)
        self._take_up(mine)

    async def leave(self, covered: datetime) -> None:
        """Say goodbye, and let others have the work; all up to `covered` is written."""
        try:
            await asyncio.to_thread(
                self._roster.leave, self._me.id, at=self._now(), covered_until=covered - IN_FLIGHT
            )
            await asyncio.to_thread(self._roster.beat, self._state(DaemonStatus.STOPPED))
        except StoreAway as away:
            LOG.warning("left without a word: %s", away)

    def _share(self, covered: datetime | None) -> tuple[list[Task], Sequence[Lease]]:
        """Run in a thread: what of everybody's tasks is ours by agreement, and what by lease."""
        now = self._now()
        self._roster.beat(self._state(DaemonStatus.RUNNING))
        tasks = list(self._roster.tasks())
        self.held.of_all = len(tasks)
        others = self._roster.alive(since=now - DEAD_AFTER)
        daemons = {self._me.id: self._me, **{other.id: other for other in others}}
        wanted = share_out(merged(tasks), list(daemons.values()))[self._me.id]
        return wanted, self._hold(wanted, now, covered)

    def _former(self) -> tuple[list[Task], Sequence[Lease]]:
        """Run in a thread: what an earlier life of this name held, and what of it is still ours."""
        left = self._roster.state(self._me.id)
        rows: list[Any] = [] if left is None else left.config.get("tasks", [])
        # A bare name says too little to go on with.
        tasks = [_task(row) for row in rows if not isinstance(row, str)]
        return tasks, self._hold(tasks, self._now(), None) if tasks else []

    def _hold(
        self, tasks: Sequence[Task], now: datetime, covered: datetime | None
    ) -> Sequence[Lease]:
        return self._roster.hold(
            self._me.id,
            [task.key for task in tasks],
            at=now,
            until=now + DEAD_AFTER,
            covered_until=covered,
        )

    def _filed(self) -> list[Task]:
        """Run in a thread."""
        if not self._memory.exists():
            return []
        try:
            return [_task(row) for row in json.loads(self._memory.read_text())]
        except (ValueError, KeyError, TypeError) as error:  # a machine that lost its power
            LOG.warning("%s says nothing: %s", self._memory, error)
            return []

    def _file(self, tasks: Sequence[Task]) -> None:
        """Run in a thread."""
        draft = self._memory.with_suffix(".draft")
        draft.write_text(json.dumps([_row(task) for task in tasks]))
        draft.replace(self._memory)

    def _held(self, wanted: Sequence[Task], leases: Sequence[Lease]) -> list[Task]:
        by_key = {lease.key: lease for lease in leases}
        for task in wanted:
            lease = by_key.get(task.key)
            if lease is None or task.key in self.held.leased or lease.covered_until is None:
                continue
            since = int(lease.covered_until.timestamp() * 1e6) * 1000
            self._ledger.attend(_place(task), task.channels, since)
        self.held.leased = set(by_key)
        return [task for task in wanted if task.key in by_key]

    def _take_up(self, tasks: list[Task]) -> None:
        keys = {task.key for task in tasks}
        gone = [task for task in self.held.tasks if task.key not in keys]
        self.held.tasks = tasks
        self._markets.collect(tasks)
        self._ledger.forget(_place(task) for task in gone)

    def _state(self, status: DaemonStatus) -> DaemonState:
        return DaemonState(
            id=self._me.id,
            role=Role.MONITOR,
            status=status,
            heartbeat=self._now(),
            config={
                "weight": self._me.weight,
                "tasks": [_row(task) for task in self.held.tasks],
            },
        )


def moment(at_ns: int) -> datetime:
    """Turn nanoseconds since 1970 into a time, not later than they are."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at_ns // 1000)


def _place(task: Task) -> Place:
    return Place(task.venue, task.market, task.pair)


def _row(task: Task) -> dict[str, Any]:
    return {
        "venue": task.venue,
        "market": task.market,
        "pair": task.pair,
        "depth": task.depth,
        "priority": task.priority,
        "bbo": task.bbo,
    }


def _task(row: dict[str, Any]) -> Task:
    return Task(
        venue=VenueId(row["venue"]),
        market=Market(row["market"]),
        pair=Pair(row["pair"]),
        depth=Depth(row["depth"]),
        priority=row["priority"],
        bbo=row.get("bbo", False),
    )
