"""The journal gives back what was committed, and nothing that was not."""

import sqlite3
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.ids import Counter
from containers.paper_exchange.journal import Journal, MarketState
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.order import Fill, Order, OrderKind, OrderStatus, TimeInForce

D = Decimal
ACCOUNT = Account(
    api_key="K" * 64,
    secret="S" * 64,
    label="ana",
    permissions=("SPOT",),
    withdrawals=True,
    fee_asset="BNB",
    created_ms=1,
)
ORDER = Order(
    id=5,
    account=ACCOUNT.api_key,
    client_id="one",
    symbol="ETHUSDT",
    side=Side.BUY,
    kind=OrderKind.LIMIT,
    time_in_force=TimeInForce.GTC,
    price=D("2000.01"),
    quantity=D("0.1000"),
    quote_quantity=D(0),
    filled=D("0.05"),
    filled_quote=D("100.0005"),
    status=OrderStatus.PARTIALLY_FILLED,
    created_ms=2,
    updated_ms=3,
)
FILL = Fill(
    trade_id=9,
    order_id=5,
    account=ACCOUNT.api_key,
    client_id="one",
    symbol="ETHUSDT",
    side=Side.BUY,
    price=D("2000.01"),
    quantity=D("0.05"),
    fee=D("0.00012500"),
    fee_asset="BNB",
    fee_price=D(600),
    maker=True,
    time_ms=3,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "exchange.sqlite"


def test_what_was_recorded_is_read_back_as_it_was(path: Path) -> None:
    journal = Journal(path)
    holdings = {"USDT": Holding(free=D("0.00000001"), locked=D("100.0005"))}
    journal.add_account(ACCOUNT, holdings)
    journal.record([ORDER], [FILL], {})
    journal.close()

    journal = Journal(path)

    assert journal.accounts() == [ACCOUNT]
    assert journal.holdings(ACCOUNT.api_key) == holdings
    assert journal.orders("id = ?", (5,)) == [ORDER]
    assert journal.fills("trade_id = ?", (9,)) == [FILL]
    assert journal.count() == {"accounts": 1, "orders": 1, "fills": 1}
    journal.close()


def test_an_order_is_kept_as_it_last_stood(path: Path) -> None:
    journal = Journal(path)
    journal.record([ORDER], [], {})
    ended = replace(ORDER, status=OrderStatus.CANCELED)

    journal.record([ended], [], {ACCOUNT.api_key: {"USDT": Holding(free=D(1))}})

    assert journal.orders("id = ?", (5,)) == [ended]
    assert journal.holdings(ACCOUNT.api_key) == {"USDT": Holding(free=D(1))}
    journal.close()


def test_a_record_that_fails_leaves_nothing_behind(path: Path) -> None:
    journal = Journal(path)
    broken = replace(FILL, fee_asset=None)

    with pytest.raises(sqlite3.IntegrityError):
        journal.record([ORDER], [broken], {})

    assert journal.count() == {"accounts": 0, "orders": 0, "fills": 0}
    journal.close()


def test_numbers_are_set_aside_before_they_are_used(path: Path) -> None:
    journal = Journal(path)
    counter = Counter(journal, "order", block=3)
    first = [counter.take() for _ in range(4)]
    journal.close()

    journal = Journal(path)
    second = Counter(journal, "order", block=3).take()

    assert first == [1, 2, 3, 4]
    assert second == 7, "the rest of the second block may have been used: nobody knows"
    journal.close()


def test_orders_of_before_token_fees_could_be_declined_are_read(path: Path) -> None:
    journal = Journal(path)
    journal.record([ORDER], [], {})
    journal.close()
    with sqlite3.connect(path) as file:
        file.execute("ALTER TABLE orders DROP COLUMN token_fees")
    file.close()

    journal = Journal(path)
    journal.record([replace(ORDER, id=6, token_fees=False)], [], {})

    assert [order.token_fees for order in journal.orders("1 ORDER BY id", ())] == [True, False]
    journal.close()


def test_markets_are_kept(path: Path) -> None:
    state = MarketState(symbol="ETHUSDT", step=4, mid=D("1999.98"), book_version=77)
    journal = Journal(path)

    journal.put_markets([state])

    assert journal.markets() == {"ETHUSDT": state}
    journal.close()


def test_the_file_is_its_owners_alone(path: Path) -> None:
    journal = Journal(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    journal.close()


def test_a_secret_is_in_no_representation() -> None:
    assert ACCOUNT.secret not in repr(ACCOUNT)
