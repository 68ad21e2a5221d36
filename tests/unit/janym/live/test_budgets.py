"""Budgets in simulated time: no stretch of a period passes the limit, and turns are kept."""

import asyncio
import random
from datetime import timedelta

from janym.domain.egress import Pace
from janym.live.budgets import Budget
from tests.fakes.simulated import simulate, simulated

CONNECTS = Pace(limit=300, period=timedelta(minutes=5), burst=30)
WEIGHT = Pace(limit=6000, period=timedelta(minutes=1), burst=600)


def most_in_a_stretch(taken: list[tuple[float, int]], period: float) -> int:
    """The most units that any window of a period holds."""
    return max(
        sum(units for at, units in taken[index:] if at < start + period)
        for index, (start, _) in enumerate(taken)
    )


def test_five_hundred_at_once_never_pass_the_limit() -> None:
    """S4-085: connects of Binance, 300 in five minutes per address."""

    async def run() -> list[tuple[float, int]]:
        loop = simulated()
        budget = Budget(CONNECTS, loop.now)
        taken: list[tuple[float, int]] = []

        async def connect() -> None:
            await budget.take()
            taken.append((loop.time(), 1))

        await asyncio.gather(*(connect() for _ in range(500)))
        return taken

    taken = simulate(run())

    assert len(taken) == 500
    assert most_in_a_stretch(taken, 300) <= 300
    assert taken[-1][0] < 600, "the limit is used, not only kept"


def test_heavy_requests_and_light_ones_share_the_weight() -> None:
    async def run() -> list[tuple[float, int]]:
        loop, chance = simulated(), random.Random(3)  # noqa: S311 - seeded
        budget = Budget(WEIGHT, loop.now)
        taken: list[tuple[float, int]] = []

        async def ask(units: int) -> None:
            await budget.take(units)
            taken.append((loop.time(), units))

        await asyncio.gather(*(ask(chance.choice([5, 25, 50, 250])) for _ in range(400)))
        return taken

    assert most_in_a_stretch(simulate(run()), 60) <= 6000


def test_turns_are_served_in_the_order_of_asking() -> None:
    async def run() -> list[int]:
        budget = Budget(Pace(limit=4, period=timedelta(seconds=1), burst=2), simulated().now)
        served: list[int] = []

        async def ask(number: int) -> None:
            await budget.take(1 + number % 2)
            served.append(number)

        await asyncio.gather(*(ask(number) for number in range(20)))
        return served

    assert simulate(run()) == list(range(20))


def test_nobody_passes_before_the_venue_said() -> None:
    """Retry-After closes the budget for all who share it."""

    async def run() -> float:
        loop = simulated()
        budget = Budget(WEIGHT, loop.now)
        budget.close_for(90)
        budget.close_for(30)
        await budget.take()
        return loop.time()

    assert simulate(run()) == 90


def test_what_went_out_unasked_is_paid_by_the_next() -> None:
    async def run() -> float:
        loop = simulated()
        budget = Budget(Pace(limit=5, period=timedelta(seconds=1), burst=1), loop.now)
        for _ in range(4):
            budget.spend()
        await budget.take()
        return loop.time()

    assert simulate(run()) == 1


def test_more_than_a_budget_holds_at_once_waits_for_all_of_it() -> None:
    async def run() -> list[float]:
        loop = simulated()
        budget = Budget(Pace(limit=10, period=timedelta(seconds=10), burst=5), loop.now)
        times: list[float] = []
        for units in (1, 9, 1):
            await budget.take(units)
            times.append(loop.time())
        return times

    assert simulate(run()) == [0, 2, 12]


def test_one_who_gives_up_frees_the_queue() -> None:
    async def run() -> tuple[int, float]:
        loop = simulated()
        budget = Budget(Pace(limit=2, period=timedelta(seconds=10), burst=1), loop.now)
        await budget.take()
        impatient = asyncio.create_task(budget.take())
        await asyncio.sleep(1)
        impatient.cancel()
        await budget.take()
        return budget.waiting, loop.time()

    assert simulate(run()) == (0, 10)
