"""A collector that begins anew goes on with what it held."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from containers.collector.ledger import Ledger
from containers.collector.monitor import Monitor
from janym.domain.collecting import (
    Daemon,
    DaemonId,
    DaemonState,
    DaemonStatus,
    Lease,
    Role,
    Task,
)
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
    late: bool = False
    """Who asks for tasks gets no answer."""
    left: DaemonState | None = None
    others: set[str] = field(default_factory=set[str])
    """Keys that others hold."""
    covered: datetime | None = None
    beats: list[DaemonState] = field(default_factory=list[DaemonState])

    def state(self, daemon: DaemonId) -> DaemonState | None:
        assert daemon == ANA
        self._answer()
        return self.left

    def beat(self, state: DaemonState) -> None:
        self._answer()
        self.left = state
        self.beats.append(state)

    def tasks(self) -> Sequence[Task]:
        if self.late:
            raise StoreAway("the table is locked")
        return [BTC]

    def alive(self, *, since: datetime) -> Sequence[Daemon]:
        del since
        return [Daemon(id=ANA, weight=1)]

    def hold(self, daemon: DaemonId, keys: Sequence[str], **_: object) -> Sequence[Lease]:
        del daemon
        return [
            Lease(key=key, until=NOON, covered_until=self.covered, taken_over=False)
            for key in keys
            if key not in self.others
        ]

    def _answer(self) -> None:
        if self.away:
            raise StoreAway("Postgres does not answer")


@dataclass
class Wanted:
    """The part of `markets.Markets` that a monitor calls."""

    tasks: list[list[Task]] = field(default_factory=list[list[Task]])

    def collect(self, tasks: Sequence[Task]) -> None:
        self.tasks.append(list(tasks))


def monitor(roster: Any, wanted: Any, folder: Path, recorder: Recorder | None = None) -> Monitor:
    ledger = Ledger(recorder or Recorder("ana"), now_ns=lambda: 1, snapshot_every_s=1)
    return Monitor(
        Daemon(id=ANA, weight=1),
        roster=roster,
        markets=wanted,
        ledger=ledger,
        covered_ns=lambda: 1,
        now=lambda: NOON,
        memory=folder / "tasks.json",
    )


async def lived(tmp_path: Path) -> OneRoster:
    """Give what a collector leaves that was killed: it held a book, and its disk is kept."""
    roster = OneRoster()
    life = monitor(roster, Wanted(), tmp_path)
    await life.look()
    await life.look()
    return roster


async def test_a_collector_that_begins_without_postgres_takes_up_what_it_held(
    tmp_path: Path,
) -> None:
    """S4-045, S4-071."""
    await lived(tmp_path)
    again, wanted = OneRoster(away=True), Wanted()
    reborn = monitor(again, wanted, tmp_path)

    await reborn.restore()
    await reborn.look()

    assert wanted.tasks == [[BTC], [BTC]]
    assert reborn.held.away


@pytest.mark.parametrize("left", ["", "{", '[{"venue": "okx"}]'])
async def test_a_file_that_lost_its_content_is_none(tmp_path: Path, left: str) -> None:
    """S4-045: a power cut may leave it so; tasks come when Postgres does."""
    (tmp_path / "tasks.json").write_text(left)
    roster, wanted = OneRoster(away=True), Wanted()
    life = monitor(roster, wanted, tmp_path)

    await life.restore()
    roster.away = False
    await life.look()

    assert wanted.tasks == [[], [BTC]]


async def test_a_collector_without_its_disk_goes_on_before_tasks_are_told(tmp_path: Path) -> None:
    """S4-071: with all that its task says, from `daemon_state`."""
    kept, wanted = await lived(tmp_path), Wanted()
    kept.late = True
    reborn = monitor(kept, wanted, tmp_path / "another")

    await reborn.restore()
    await reborn.look()

    assert wanted.tasks == [[BTC], [BTC]]
    assert reborn.held.away
    assert [each["pair"] for each in kept.beats[-1].config["tasks"]] == ["BTC/USDT"]


async def test_what_another_took_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    """S4-071, K-23: one goes on with what is still one's own."""
    kept, wanted = await lived(tmp_path), Wanted()
    kept.others = {BTC.key}

    await monitor(kept, wanted, tmp_path).restore()

    assert wanted.tasks == [[]]


@pytest.mark.parametrize("tasks", [[], ["book/okx/spot/BTC/USDT"]])
async def test_a_state_that_says_too_little_is_no_beginning(
    tmp_path: Path, tasks: list[str]
) -> None:
    """S4-071: leases are let go of only where the tasks are known."""
    wanted = Wanted()
    roster = OneRoster(left=DaemonState(
        id=ANA, role=Role.MONITOR, status=DaemonStatus.RUNNING, heartbeat=NOON,
        config={"weight": 1, "tasks": tasks},
    ))  # fmt: skip

    await monitor(roster, wanted, tmp_path).restore()

    assert wanted.tasks == [[]]


async def test_the_hole_before_a_life_that_began_without_postgres_is_on_record(
    tmp_path: Path,
) -> None:
    """K-23: its leases say up to when the life before it had written, once they can be asked."""
    await lived(tmp_path)
    recorder, roster = Recorder("ana"), OneRoster(away=True, covered=NOON)
    reborn = monitor(roster, Wanted(), tmp_path, recorder)
    await reborn.restore()
    await reborn.look()
    roster.away = False

    await reborn.look()
    await reborn.look()

    assert recorder.gaps.rows == len(BTC.channels)


async def test_one_that_never_knew_anything_collects_nothing(tmp_path: Path) -> None:
    """S4-045."""
    wanted = Wanted()
    unborn = monitor(OneRoster(away=True), wanted, tmp_path)

    await unborn.restore()
    await unborn.look()

    assert wanted.tasks == [[], []]


async def test_what_is_held_is_written_down_with_each_sign_of_life(tmp_path: Path) -> None:
    """S4-070d, S4-076."""
    roster = await lived(tmp_path)

    held = {
        "venue": "okx",
        "market": "spot",
        "pair": "BTC/USDT",
        "depth": "50",
        "priority": 3,
        "bbo": True,
    }
    assert [beat.config["tasks"] for beat in roster.beats] == [[], [held]]
    assert roster.beats[-1].heartbeat == NOON
