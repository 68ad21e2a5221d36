"""How collectors divide the work without talking to each other (K-23, S4-046)."""

import math
import random
from collections import Counter

import pytest

from janym.domain.collecting import SLACK, Daemon, DaemonId, Task, merged, share_out
from janym.domain.market import Depth, Market, Pair, VenueId


def task(number: int, priority: int = 1, depth: Depth = Depth.FIFTY) -> Task:
    return Task(
        venue=VenueId("binance"),
        market=Market.SPOT,
        pair=Pair(f"A{number}/USDT"),
        depth=depth,
        priority=priority,
    )


def daemons(*weights: float) -> list[Daemon]:
    return [Daemon(id=DaemonId(f"d{index}"), weight=weight) for index, weight in enumerate(weights)]


TASKS = [task(number) for number in range(600)]


def owners(tasks: list[Task], among: list[Daemon]) -> dict[str, DaemonId]:
    return {task.key: daemon for daemon, share in share_out(tasks, among).items() for task in share}


def test_every_task_has_one_daemon() -> None:
    """K-23: without a rule every daemon would take every pair."""
    shares = share_out(TASKS, daemons(1, 1, 1))

    given = [task.key for share in shares.values() for task in share]
    assert sorted(given) == sorted(task.key for task in TASKS)


def test_the_division_does_not_depend_on_the_order_of_the_lists() -> None:
    among = daemons(1, 2, 1)
    shuffled, turned = list(TASKS), among[::-1]
    random.Random(1).shuffle(shuffled)  # noqa: S311 - seeded

    assert owners(TASKS, among) == owners(shuffled, turned)


def test_nobody_carries_much_more_than_its_share() -> None:
    shares = share_out(TASKS, daemons(1, 1, 1, 1))

    assert max(map(len, shares.values())) <= math.ceil(SLACK * 150)
    assert min(map(len, shares.values())) >= 80


def test_a_heavier_daemon_carries_more() -> None:
    shares = share_out(TASKS, daemons(3, 1))

    assert 3 * 0.8 < len(shares[DaemonId("d0")]) / len(shares[DaemonId("d1")]) < 3 * 1.35


def test_priority_is_load() -> None:
    """S4-046: a task of priority 100 counts as a hundred of priority 1."""
    tasks = [task(0, priority=100), *(task(number) for number in range(1, 101))]

    shares = share_out(tasks, daemons(1, 1))

    loads = [sum(each.priority for each in share) for share in shares.values()]
    assert max(loads) <= SLACK * 100


def test_only_what_a_dead_daemon_had_is_moved_much() -> None:
    among = daemons(1, 1, 1, 1)
    before, after = owners(TASKS, among), owners(TASKS, among[:3])

    moved = [key for key in before if before[key] != after[key]]
    orphans = [key for key in before if before[key] == "d3"]
    assert set(orphans) <= set(moved)
    assert len(moved) - len(orphans) <= 0.12 * len(TASKS)


def test_tasks_of_one_book_are_one() -> None:
    """S4-043: two organizations that want the same book do not collect it twice."""
    wanted = merged([task(1, 2, Depth.TWENTY), task(1, 5, Depth.FULL), task(1, 1), task(2, 3)])

    assert [(each.pair, each.priority, each.depth) for each in wanted] == [
        ("A1/USDT", 5, Depth.FULL),
        ("A2/USDT", 3, Depth.FIFTY),
    ]


def test_nobody_there_takes_nothing() -> None:
    assert share_out(TASKS, []) == {}


@pytest.mark.parametrize("priority", [1, 1000])
def test_a_task_too_big_for_any_share_is_still_given(priority: int) -> None:
    shares = share_out([task(1, priority)], daemons(1, 1, 1))

    assert Counter(map(len, shares.values())) == {0: 2, 1: 1}
