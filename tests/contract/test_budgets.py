"""Budgets and those who wait for them, alike in every store."""

from typing import Any

import pytest

from janym.domain.bot import Desired
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import NOON, OTHER, bot, later, seed

RUNNING: dict[str, Any] = {"desired": Desired.RUNNING}
FIRST, SECOND = bot("first", **RUNNING), bot("second", **RUNNING)
FOREIGN = bot("foreign", key=OTHER, **RUNNING)
GIVEN_UP = bot("given up")


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, FIRST, SECOND, FOREIGN, GIVEN_UP)
    return units


def test_a_budget_is_empty_at_first_and_keeps_what_is_put(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        assert uow.budgets.lock("launches") is None
        uow.budgets.put("launches", NOON)
        uow.commit()

    with seeded(None) as uow:
        assert uow.budgets.lock("launches") == NOON
        assert uow.budgets.lock("claims") is None


def test_a_place_in_the_queue_is_kept_across_organizations(seeded: UnitsOfWork) -> None:
    """S0-136: one address serves all, so all stand in one queue."""
    with seeded(None) as uow:
        assert uow.budgets.wait("binance/live/0", FOREIGN, since=later(1)) == 0
        assert uow.budgets.wait("binance/live/0", FIRST, since=later(2)) == 1
        assert uow.budgets.wait("binance/live/1", SECOND, since=later(3)) == 0
        assert uow.budgets.wait("binance/live/0", SECOND, since=later(9)) == 2
        assert uow.budgets.wait("binance/live/0", FIRST, since=later(9)) == 1
        uow.commit()

    with seeded(None) as uow:
        assert list(uow.budgets.waiting(2)) == [FOREIGN.id, FIRST.id]
        uow.budgets.leave(FOREIGN.id)
        assert uow.budgets.wait("binance/live/0", SECOND, since=later(9)) == 1


def test_who_is_not_to_run_any_more_is_before_nobody(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        uow.budgets.wait("launches", GIVEN_UP, since=NOON)

        assert uow.budgets.wait("launches", FIRST, since=later(1)) == 0


def test_a_deleted_bot_waits_no_more(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        uow.budgets.wait("launches", GIVEN_UP, since=NOON)
        uow.bots.remove(GIVEN_UP.id)

        assert list(uow.budgets.waiting(10)) == []
