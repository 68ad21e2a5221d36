"""Housekeeping is bounded: what one run leaves, the next takes up."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from janym.domain.errors import StoreAway
from janym.domain.ids import BotId
from janym.usecases import housekeeping
from janym.usecases.housekeeping import Housekeeping
from tests.fakes.world import World
from tests.integration.db.builders import bot, log, metrics

GRID = bot()
FIRST, SECOND, THIRD = (BotId(UUID(int=n)) for n in (1, 2, 3))


def keeper(world: World) -> Housekeeping:
    return Housekeeping(
        retention=world.retention,
        history=lambda: world.history,
        history_days=730,
        clock=world.clock,
    )


def days_ago(world: World, days: int, owner: BotId, seq: int = 1) -> None:
    said = metrics(GRID, seq, at=world.clock.now() - timedelta(days=days))
    world.retention.held.append(replace(said, bot=owner))


def test_what_one_run_has_no_time_to_copy_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-016: the oldest day that waits keeps all later ones."""
    monkeypatch.setattr(housekeeping, "MOST_COPIED", 2)
    days_ago(world, 40, FIRST, 1)
    days_ago(world, 40, FIRST, 2)
    days_ago(world, 35, SECOND)
    days_ago(world, 33, THIRD)
    days_ago(world, 31, FIRST, 3)

    said = keeper(world).tidy()

    assert said.endswith(
        "; copied 2 reports that ClickHouse lacked; 3 days of bots wait for the next run"
    )
    assert {each.bot for each in world.retention.held} == {FIRST, SECOND, THIRD}
    assert len(world.retention.held) == 3
    assert keeper(world).tidy().endswith("1 days of bots wait for the next run")
    keeper(world).tidy()
    assert world.retention.held == []
    assert len(world.history.kept) == 5


def test_a_long_log_goes_part_by_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """S0-159."""
    monkeypatch.setattr(housekeeping, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(housekeeping, "MOST_LINES", 4)
    old = world.clock.now() - timedelta(days=31)
    world.retention.lines = [replace(log(GRID, seq), at=old) for seq in range(1, 6)]

    assert keeper(world).tidy() == "dropped 3 receipts, 4 log lines"
    assert len(world.retention.lines) == 1
    assert len(world.history.logs) == 4


def test_lines_stay_while_clickhouse_is_away(world: World) -> None:
    """S0-016: and what needs no ClickHouse was done before."""
    world.history.away = StoreAway("ClickHouse does not answer")
    world.retention.lines = [replace(log(GRID, 1), at=world.clock.now() - timedelta(days=31))]

    with pytest.raises(StoreAway):
        keeper(world).tidy()

    assert len(world.retention.lines) == 1
    assert world.retention.ready == [world.clock.now().date()]
