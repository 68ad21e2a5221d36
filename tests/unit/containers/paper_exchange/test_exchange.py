"""The exchange without its protocol: commit first, tell later; refuse a ledger that is wrong."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.exchange import Exchange, LedgerBroken, News
from containers.paper_exchange.journal import Journal
from containers.paper_exchange.market import Pace
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.order import OrderRequest, Refusal, Refused

D = Decimal
ANA = Account(
    api_key="A" * 64,
    secret="S" * 64,
    label="ana",
    permissions=("SPOT",),
    withdrawals=False,
    fee_asset=None,
    created_ms=1,
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "exchange.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def exchange(journal: Journal) -> Exchange:
    exchange = new_exchange(journal)
    exchange.open_account(ANA, {"USDT": D(10_000), "ETH": D(1)})
    return exchange


def new_exchange(journal: Journal) -> Exchange:
    return Exchange(journal, seed=1, pace=Pace(), now_ms=lambda: 1_000)


def order(price: str = "1500", quantity: str = "0.1") -> OrderRequest:
    return OrderRequest(
        account=ANA.api_key,
        client_id="one",
        symbol="ETHUSDT",
        side=Side.BUY,
        price=D(price),
        quantity=D(quantity),
    )


def test_listeners_hear_of_what_is_committed_already(exchange: Exchange) -> None:
    heard: list[int] = []

    def listen(_: News) -> None:
        heard.append(len(exchange.journal.orders("account = ?", (ANA.api_key,))))

    exchange.listeners.append(listen)
    exchange.submit(order())

    assert heard == [1]


def test_nobody_hears_of_what_could_not_be_committed(exchange: Exchange) -> None:
    heard: list[News] = []
    exchange.listeners.append(heard.append)
    exchange.journal.close()

    with pytest.raises(sqlite3.Error):
        exchange.submit(order())

    assert heard == []


def test_an_order_below_the_least_notional_is_refused(exchange: Exchange) -> None:
    with pytest.raises(Refused) as refused:
        exchange.submit(order(quantity="0.0001"))

    assert refused.value.reason is Refusal.NOTIONAL_FILTER


def test_a_second_life_begins_where_the_first_ended(exchange: Exchange, journal: Journal) -> None:
    placed = exchange.submit(order())[0].order
    before = exchange.engine.balances.of(ANA.api_key)

    again = new_exchange(journal)

    assert again.engine.balances.of(ANA.api_key) == before
    assert again.engine.books["ETHUSDT"].get(placed.id) == placed
    assert again.engine.books["ETHUSDT"].version > exchange.engine.books["ETHUSDT"].version


def test_a_ledger_that_does_not_add_up_is_not_served(exchange: Exchange, journal: Journal) -> None:
    exchange.submit(order())
    journal.record([], [], {ANA.api_key: {"USDT": Holding(free=D(9_000), locked=D(1))}})

    with pytest.raises(LedgerBroken, match="'ana' has 1 USDT locked"):
        new_exchange(journal)
