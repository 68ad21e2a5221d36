"""What organizations want collected, alike in every store."""

from dataclasses import replace

import pytest

from janym.domain.collecting import Monitored, MonitoringId, Task
from janym.domain.errors import AlreadyExists, InvalidInput, NotFound
from janym.domain.market import Depth, Market, Pair, VenueId
from janym.ports.pages import Page
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import ACME, OTHER, bot, later, seed


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, bot(), bot(key=OTHER))
    return units


def task(pair: str) -> Task:
    return Task(
        venue=VenueId("okx"),
        market=Market.FUTURES,
        pair=Pair(pair),
        depth=Depth.FULL,
        priority=3,
        bbo=True,
    )


def added(units: UnitsOfWork, *pairs: str) -> list[Monitored]:
    with units(ACME) as uow:
        found = [
            uow.monitoring.add(task(pair), enabled=True, at=later(number))
            for number, pair in enumerate(pairs)
        ]
        uow.commit()
    return found


def test_tasks_are_listed_newest_first_and_counted(seeded: UnitsOfWork) -> None:
    """S4-070."""
    a, b, c = added(seeded, "A/USDT", "B/USDT", "C/USDT")

    with seeded(ACME) as uow:
        first = uow.monitoring.list(Page(limit=2))
        rest = uow.monitoring.list(Page(limit=2, cursor=first.next_cursor))
        assert ([*first.items], [*rest.items], rest.next_cursor) == ([c, b], [a], None)
        assert (uow.monitoring.count(), uow.monitoring.get(b.id)) == (3, b)
        with pytest.raises(InvalidInput):
            uow.monitoring.list(Page(cursor="nonsense"))


def test_one_book_is_kept_once(seeded: UnitsOfWork) -> None:
    added(seeded, "A/USDT")

    with seeded(ACME) as uow, pytest.raises(AlreadyExists, match="A/USDT"):
        uow.monitoring.add(task("A/USDT"), enabled=True, at=later(9))


def test_a_task_is_changed_and_removed(seeded: UnitsOfWork) -> None:
    [old] = added(seeded, "A/USDT")
    less = replace(old.task, depth=Depth.TWENTY, priority=0, bbo=False)
    new = replace(old, task=less, enabled=False, updated_at=later(5))

    with seeded(ACME) as uow:
        uow.monitoring.put(new)
        assert uow.monitoring.lock(old.id) == new
        uow.monitoring.remove(old.id)
        with pytest.raises(NotFound):
            uow.monitoring.get(old.id)


def test_nobody_else_sees_or_touches_one(seeded: UnitsOfWork) -> None:
    """S0-141."""
    [ours] = added(seeded, "A/USDT")

    with seeded(OTHER) as uow:
        assert (list(uow.monitoring.list(Page()).items), uow.monitoring.count()) == ([], 0)
        for attempt in (uow.monitoring.get, uow.monitoring.lock, uow.monitoring.remove):
            with pytest.raises(NotFound):
                attempt(ours.id)
        with pytest.raises(NotFound):
            uow.monitoring.put(ours)
        with pytest.raises(NotFound):
            uow.monitoring.get(MonitoringId(2**62))
        uow.monitoring.add(task("A/USDT"), enabled=True, at=later(1))
