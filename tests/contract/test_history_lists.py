"""What an owner reads of a bot's past: its runs, and what it sent that could not be taken."""

from dataclasses import replace

import pytest

from janym.domain.bot import Bot, BotStatus, Desired
from janym.domain.errors import InvalidInput
from janym.domain.run import RunState
from janym.domain.telemetry import Rejected
from janym.ports.unit_of_work import Page, UnitsOfWork
from tests.integration.db.builders import ACME, OTHER, bot, later, run, seed, status

GRID, TWIN, FOREIGN = bot(), bot("twin"), bot("foreign", key=OTHER)


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, GRID, TWIN, FOREIGN)
    return units


def refused(owner: Bot, number: int) -> Rejected:
    return Rejected(
        topic=f"hbot/{owner.id}/orders/{number}",
        bot=str(owner.id),
        client_id=str(owner.id),
        reason="no order has a side",
        body=b"{",
        received_at=later(number),
    )


def test_runs_are_listed_newest_first_page_by_page(seeded: UnitsOfWork) -> None:
    """S0-052: every life of a bot can be read, and nobody else's."""
    lives = [
        run(GRID, f"life {n}", state=RunState.ENDED, ended_at=later(n), created_at=later(n))
        for n in range(3)
    ]
    with seeded(None) as uow:
        for each in [*lives, run(TWIN, "other")]:
            uow.runs.add(each)
        uow.commit()

    with seeded(ACME) as uow:
        first = uow.runs.list(GRID.id, Page(limit=2))
        rest = uow.runs.list(GRID.id, Page(limit=2, cursor=first.next_cursor))
    with seeded(OTHER) as uow:
        assert list(uow.runs.list(GRID.id, Page()).items) == []
    assert [*first.items, *rest.items] == lives[::-1]
    assert rest.next_cursor is None


def test_what_became_of_a_bot_is_listed_newest_first(seeded: UnitsOfWork) -> None:
    """S2-060: each change of state or wish once, whoever made it; words alone are none."""
    with seeded(None) as uow:
        wanted = replace(uow.bots.get(GRID.id), desired=Desired.RUNNING, updated_at=later(1))
        waits = replace(wanted, status=BotStatus.STARTING, reason="WAITING", updated_at=later(2))
        for each in (wanted, waits, replace(waits, detail="second in line", updated_at=later(3))):
            uow.bots.put(each)
        uow.telemetry.apply([status(GRID, 4, BotStatus.ERROR, reason="NO_FUNDS")])
        uow.telemetry.apply([status(GRID, 4, BotStatus.ERROR, reason="NO_FUNDS")])
        uow.bots.put(replace(uow.bots.get(TWIN.id), status=BotStatus.ERROR, updated_at=later(9)))
        uow.commit()

    with seeded(ACME) as uow:
        first = uow.bots.events(GRID.id, Page(limit=3))
        rest = uow.bots.events(GRID.id, Page(limit=3, cursor=first.next_cursor))
        assert list(uow.bots.events(FOREIGN.id, Page()).items) == []
    found = [(each.status, each.reason, each.desired) for each in [*first.items, *rest.items]]
    assert found == [
        (BotStatus.ERROR, "NO_FUNDS", Desired.RUNNING),
        (BotStatus.STARTING, "WAITING", Desired.RUNNING),
        (BotStatus.STOPPED, None, Desired.RUNNING),
        (BotStatus.STOPPED, None, Desired.STOPPED),
    ]
    assert first.items[1].at == later(2)
    assert rest.next_cursor is None


def test_rejected_messages_are_their_bots_alone(seeded: UnitsOfWork) -> None:
    """S0-141: newest first; another bot's, another organization's and nobody's are not shown."""
    own = [refused(GRID, number) for number in range(3)]
    with seeded(None) as uow:
        uow.telemetry.reject([*own, refused(TWIN, 7), refused(FOREIGN, 8)])
        uow.commit()

    with seeded(ACME) as uow:
        first = uow.rejections.list(GRID.id, Page(limit=2))
        rest = uow.rejections.list(GRID.id, Page(limit=2, cursor=first.next_cursor))
        assert list(uow.rejections.list(FOREIGN.id, Page()).items) == []
    assert [*first.items, *rest.items] == own[::-1]
    assert rest.next_cursor is None


def test_a_cursor_of_another_list_is_refused(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow, pytest.raises(InvalidInput):
        uow.rejections.list(GRID.id, Page(cursor="nonsense"))
