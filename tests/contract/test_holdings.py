"""What accounts hold, alike in every store."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from janym.domain.bot import Environment
from janym.domain.credential import Credential
from janym.domain.errors import InvalidInput
from janym.domain.holding import DollarPrice, Holding
from janym.domain.ids import CredentialId
from janym.ports.pages import Page, Span
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import ACME, NOON, OTHER, bot, credential, later, seed, uid

MAIN, FOREIGN = credential(), credential(OTHER)
SPARE = credential(id=CredentialId(uid("spare")), label="spare")
AGE = timedelta(minutes=15)
PAPER = Environment.PAPER


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, bot(), bot(key=OTHER))
    with units(ACME) as uow:
        uow.credentials.add(SPARE)
        uow.commit()
    return units


def held(of: Credential, asset: str, free: str, price: str | None = None) -> Holding:
    told = (
        DollarPrice(value=Decimal(price), source=f"binance {asset}-USDT", at=NOON)
        if price
        else None
    )
    return Holding(
        credential=of.id,
        exchange=of.exchange,
        environment=of.environment,
        asset=asset,
        free=Decimal(free),
        locked=Decimal("0.5"),
        price=told,
        at=NOON,
    )


def put(units: UnitsOfWork, of: Credential, rows: Sequence[Holding], seconds: float = 0) -> None:
    with units(None) as uow:
        uow.holdings.put(of, rows, at=later(seconds))
        uow.commit()


def test_a_reading_replaces_the_one_before(seeded: UnitsOfWork) -> None:
    put(seeded, MAIN, [held(MAIN, "ETH", "1", "2000"), held(MAIN, "OLD", "1")])
    eth, dust = held(MAIN, "ETH", "2", "2000"), held(MAIN, "DUST", "7")
    put(seeded, MAIN, [eth, dust])
    put(seeded, SPARE, [held(SPARE, "BTC", "1", "90000")])

    with seeded(ACME) as uow:
        btc = held(SPARE, "BTC", "1", "90000")
        assert list(uow.holdings.all(PAPER, limit=9)) == [btc, eth, dust]
        assert list(uow.holdings.all(PAPER, limit=1)) == [btc]
        assert list(uow.holdings.all(Environment.LIVE, limit=9)) == []
        first = uow.holdings.list(Page(limit=2))
        rest = uow.holdings.list(Page(limit=2, cursor=first.next_cursor))
        both = sorted([btc, eth, dust], key=lambda each: (each.credential, each.asset))
        assert [*first.items, *rest.items] == both
        with pytest.raises(InvalidInput):
            uow.holdings.list(Page(cursor="nonsense"))
    with seeded(OTHER) as uow:
        assert list(uow.holdings.all(PAPER, limit=9)) == []


def test_each_reading_is_a_point_of_all_accounts_together(seeded: UnitsOfWork) -> None:
    """S0-118: an account that was not read again counts as it was last seen."""
    put(seeded, MAIN, [held(MAIN, "ETH", "0.5", "2000"), held(MAIN, "DUST", "9")], 0)
    put(seeded, SPARE, [held(SPARE, "ETH", "1.5", "2000")], 10)
    put(seeded, MAIN, [], 70)
    put(seeded, FOREIGN, [held(FOREIGN, "ETH", "99", "2000")], 80)
    span = Span(since=NOON, until=later(600), step=timedelta(seconds=60))

    with seeded(ACME) as uow:
        points = uow.holdings.curve(PAPER, span)
        assert list(uow.holdings.curve(Environment.LIVE, span)) == []

    assert [(point.at, point.value) for point in points] == [
        (later(10), Decimal(6000)),
        (later(70), Decimal(4000)),
    ]


def test_accounts_are_due_by_age_those_never_asked_first(seeded: UnitsOfWork) -> None:
    with seeded(None) as uow:
        assert uow.holdings.ask(MAIN.id, at=NOON, age=AGE)
        assert uow.holdings.ask(FOREIGN.id, at=later(1), age=AGE)
        assert not uow.holdings.ask(MAIN.id, at=later(1), age=AGE), "somebody asks already"
        uow.commit()

    with seeded(None) as uow:
        assert list(uow.holdings.due(now=later(2), age=AGE, limit=9)) == [SPARE.id]
        soon = later(1) + AGE
        assert list(uow.holdings.due(now=soon, age=AGE, limit=9)) == [SPARE.id, MAIN.id, FOREIGN.id]
        assert list(uow.holdings.due(now=soon, age=AGE, limit=1)) == [SPARE.id]


@pytest.mark.parametrize("named", [False, True], ids=["by nobody", "by a bot"])
def test_a_deleted_keys_account_is_owned_no_more(seeded: UnitsOfWork, *, named: bool) -> None:
    """A key that a stopped bot still names keeps its row, and nothing of it is shown or read."""
    if named:
        with seeded(ACME) as uow:
            uow.bots.add(bot("stopped", credential=SPARE.id))
            uow.commit()
    put(seeded, SPARE, [held(SPARE, "ETH", "1", "2000")])
    with seeded(ACME) as uow:
        uow.credentials.remove(SPARE.id, at=NOON)
        uow.commit()
    put(seeded, MAIN, [held(MAIN, "ETH", "0.5", "2000")], 60)

    with seeded(ACME) as uow:
        assert [each.credential for each in uow.holdings.all(PAPER, limit=9)] == [MAIN.id]
        assert [each.credential for each in uow.holdings.list(Page()).items] == [MAIN.id]
        span = Span(since=later(60), until=later(120), step=timedelta(seconds=60))
        assert [point.value for point in uow.holdings.curve(PAPER, span)] == [Decimal(2000)]
    with seeded(None) as uow:
        assert SPARE.id not in uow.holdings.due(now=NOON, age=AGE, limit=9)


def test_money_comes_back_exact(seeded: UnitsOfWork) -> None:
    exact = replace(held(MAIN, "ETH", "0.123456789012345678", "2000.123456789"), at=NOON)
    put(seeded, MAIN, [exact])

    with seeded(ACME) as uow:
        assert list(uow.holdings.all(PAPER, limit=9)) == [exact]
