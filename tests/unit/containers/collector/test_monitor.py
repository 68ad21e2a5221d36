"""A collector that begins while Postgres is away begins with what it knew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from containers.collector.ledger import Ledger
from containers.collector.monitor import Monitor
from janym.domain.collecting import Daemon, DaemonId, DaemonState, Lease, Task
from janym.domain.errors import StoreAway
from janym.domain.market import Depth, Market, Pair, VenueId
from janym.ticks.recording import Recorder

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANA = DaemonId("ana")
BTC = Task(
    venue=VenueId("okx"),
    market=Market.SPOT,
    pair=Pair("BTC/USDT"),
    depth=Depth.FIFTY,
    priority=3,
    bbo=True,
)


@dataclass
class OneRoster:
    """The part of `ports.roster.Roster` that a monitor calls, for one collector."""

    away: bool = False
    beats: list[DaemonState] = field(default_factory=list[DaemonState])

    def beat(self, state: DaemonState) -> None:
        if self.away:
            raise StoreAway("Postgres does not answer")
        self.beats.append(state)

    def tasks(self) -> Sequence[Task]:
        return [BTC]

    def alive(self, *, since: datetime) -> Sequence[Daemon]:
        del since
        return [Daemon(id=ANA, weight=1)]

    def hold(self, daemon: DaemonId, keys: Sequence[str], **_: object) -> Sequence[Lease]:
        del daemon
        return [Lease(key=key, until=NOON, covered_until=None, taken_over=False) for key in keys]


@dataclass
class Wanted:
    """The part of `markets.Markets` that a monitor calls."""

    tasks: list[list[Task]] = field(default_factory=list[list[Task]])

    async def collect(self, tasks: Sequence[Task]) -> None:
        self.tasks.append(list(tasks))


def monitor(roster: Any, wanted: Any, folder: Path) -> Monitor:
    ledger = Ledger(Recorder("ana"), now_ns=lambda: 1, snapshot_every_s=1)
    return Monitor(
        Daemon(id=ANA, weight=1),
        roster=roster,
        markets=wanted,
        ledger=ledger,
        covered_ns=lambda: 1,
        now=lambda: NOON,
        memory=folder / "tasks.json",
    )


async def test_a_collector_that_begins_without_postgres_takes_up_what_it_knew(
    tmp_path: Path,
) -> None:
    """S4-045, S4-071."""
    await monitor(OneRoster(), Wanted(), tmp_path).look()
    again, wanted = OneRoster(away=True), Wanted()
    reborn = monitor(again, wanted, tmp_path)

    await reborn.restore()
    await reborn.look()

    assert wanted.tasks == [[BTC]]
    assert reborn.held.away


async def test_one_that_never_knew_anything_collects_nothing(tmp_path: Path) -> None:
    """S4-045."""
    wanted = Wanted()
    unborn = monitor(OneRoster(away=True), wanted, tmp_path)

    await unborn.restore()
    await unborn.look()

    assert wanted.tasks == [[]]


async def test_what_is_held_is_written_down_with_each_sign_of_life(tmp_path: Path) -> None:
    """S4-070d, S4-076."""
    roster = OneRoster()
    watched = monitor(roster, Wanted(), tmp_path)

    await watched.look()
    await watched.look()

    assert [beat.config["tasks"] for beat in roster.beats] == [[], [BTC.key]]
    assert roster.beats[-1].heartbeat == NOON
