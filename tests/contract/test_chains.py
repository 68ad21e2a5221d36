"""How wishes became orders, alike in every store."""

import pytest

from janym.domain.chain import Chain, Wanted, moments
from janym.domain.command import CommandKind
from janym.domain.errors import NotFound
from janym.domain.ids import ClientOrderId
from janym.domain.run import RunState
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import (
    ACME,
    OTHER,
    bot,
    command,
    execution,
    later,
    order,
    run,
    seed,
)

GRID, FOREIGN = bot(), bot("foreign", key=OTHER)
ORDER = ClientOrderId(f"jn{GRID.tag}20S01")
FIRST = command(GRID, "first", idempotency_key="key-1", created_at=later(0), updated_at=later(0))
AGAIN = command(
    GRID,
    "again",
    kind=CommandKind.RESTART,
    idempotency_key="key-2",
    created_at=later(100),
    updated_at=later(100),
)
ENDED = run(
    GRID,
    "ended",
    state=RunState.ENDED,
    session=1,
    created_at=later(1),
    claimed_at=later(2),
    ended_at=later(90),
)
LIVING = run(
    GRID,
    "living",
    state=RunState.CLAIMED,
    session=2,
    created_at=later(101),
    claimed_at=later(102),
)


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, GRID, FOREIGN)
    with units(None) as uow:
        for each in (FIRST, AGAIN):
            uow.commands.add(each)
        for each in (ENDED, LIVING):
            uow.runs.add(each)
        uow.telemetry.apply([order(GRID, 110, ORDER, exchange_order_id="70021")])
        uow.trading.add_fills([execution(GRID, "t1", ORDER, executed_at=later(120))])
        uow.commit()
    return units


def find(units: UnitsOfWork, wanted: Wanted) -> Chain:
    with units(ACME) as uow:
        return uow.chains.find(GRID.id, wanted)


@pytest.mark.parametrize(
    "wanted", [Wanted(client_order_id=ORDER), Wanted(exchange_order_id="70021")]
)
def test_an_order_leads_back_to_its_request(seeded: UnitsOfWork, wanted: Wanted) -> None:
    """S0-154: HTTP key, command, run, client order id, the exchange's id, executions."""
    chain = find(seeded, wanted)

    assert chain.command == AGAIN
    assert chain.run == LIVING
    assert chain.order is not None
    assert (chain.order.client_order_id, chain.order.exchange_order_id) == (ORDER, "70021")
    assert [fill.trade_id for fill in chain.fills] == ["t1"]
    told = [moment.what for moment in moments(chain)]
    assert told == ["requested", "run claimed", "order placed", "execution"]


@pytest.mark.parametrize(
    "wanted", [Wanted(idempotency_key="key-1"), Wanted(command_id=str(FIRST.id))]
)
def test_a_request_leads_to_its_run(seeded: UnitsOfWork, wanted: Wanted) -> None:
    chain = find(seeded, wanted)

    assert (chain.command, chain.run, chain.order) == (FIRST, ENDED, None)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(client_order_id="jnnobody"),
        Wanted(exchange_order_id="1"),
        Wanted(idempotency_key="none"),
        Wanted(command_id=str(GRID.id)),
    ],
)
def test_a_link_that_is_none_is_not_found(seeded: UnitsOfWork, wanted: Wanted) -> None:
    with pytest.raises(NotFound):
        find(seeded, wanted)


def test_nobody_else_follows_it(seeded: UnitsOfWork) -> None:
    """S0-141."""
    with seeded(OTHER) as uow, pytest.raises(NotFound):
        uow.chains.find(GRID.id, Wanted(client_order_id=ORDER))
