"""How often an engine that dies may be started again."""

from datetime import UTC, datetime, timedelta

from containers.bridge.budget import RestartBudget

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_three_deaths_in_ten_minutes_are_survived_and_the_fourth_is_not() -> None:
    budget = RestartBudget()

    delays = [budget.delay_after_death(NOON + timedelta(minutes=n)) for n in range(4)]

    assert delays == [1.0, 5.0, 15.0, None]


def test_a_death_is_forgotten_after_ten_minutes() -> None:
    budget = RestartBudget()
    for minute in range(3):
        budget.delay_after_death(NOON + timedelta(minutes=minute))

    assert budget.delay_after_death(NOON + timedelta(minutes=10)) == 15.0


def test_a_start_that_was_asked_for_renews_it() -> None:
    budget = RestartBudget()
    for _ in range(4):
        budget.delay_after_death(NOON)
    budget.renew()

    assert budget.delay_after_death(NOON) == 1.0
