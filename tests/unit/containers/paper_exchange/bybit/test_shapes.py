"""Orders, executions and keys as Bybit's clients read them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.bybit import shapes
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.order import Fill, Order, OrderKind, OrderStatus, TimeInForce

ORDER = Order(
    id=7,
    account="account",
    client_id="mine",
    symbol="ETHUSDT",
    side=Side.SELL,
    kind=OrderKind.LIMIT,
    time_in_force=TimeInForce.GTC,
    price=Decimal("2000.50"),
    quantity=Decimal("1.0"),
    quote_quantity=Decimal(0),
    filled=Decimal(0),
    filled_quote=Decimal(0),
    status=OrderStatus.NEW,
    created_ms=1,
    updated_ms=2,
)
PARTLY = {"filled": Decimal("0.25"), "filled_quote": Decimal("500.125")}


def test_an_order_is_told_in_strings_without_trailing_zeros() -> None:
    told = shapes.order(ORDER)

    assert (told["orderId"], told["orderLinkId"], told["side"]) == ("7", "mine", "Sell")
    assert (told["price"], told["qty"], told["leavesQty"]) == ("2000.5", "1", "1")
    assert (told["orderType"], told["timeInForce"], told["orderStatus"]) == ("Limit", "GTC", "New")
    assert (told["createdTime"], told["updatedTime"]) == ("1", "2")


@pytest.mark.parametrize(
    ("status", "filled", "told"),
    [
        (OrderStatus.PARTIALLY_FILLED, True, "PartiallyFilled"),
        (OrderStatus.FILLED, True, "Filled"),
        (OrderStatus.CANCELED, False, "Cancelled"),
        (OrderStatus.CANCELED, True, "PartiallyFilledCanceled"),
        (OrderStatus.EXPIRED, False, "Cancelled"),
        (OrderStatus.EXPIRED, True, "PartiallyFilledCanceled"),
    ],
)
def test_an_order_that_ended_says_whether_it_traded(
    status: OrderStatus, told: str, *, filled: bool
) -> None:
    changes = PARTLY if filled else {}

    assert shapes.order(replace(ORDER, status=status, **changes))["orderStatus"] == told


def test_what_was_traded_has_an_average_price() -> None:
    told = shapes.order(replace(ORDER, status=OrderStatus.PARTIALLY_FILLED, **PARTLY))

    assert (told["cumExecQty"], told["avgPrice"], told["leavesQty"]) == ("0.25", "2000.5", "0.75")


def test_an_execution_names_its_fee_and_its_coin() -> None:
    fill = Fill(
        trade_id=3,
        order_id=7,
        account="account",
        client_id="mine",
        symbol="ETHUSDT",
        side=Side.SELL,
        price=Decimal("2000.5"),
        quantity=Decimal("0.25"),
        fee=Decimal("0.500125"),
        fee_asset="USDT",
        fee_price=Decimal(1),
        maker=True,
        time_ms=9,
    )

    told = shapes.execution(fill, ORDER)

    assert (told["execId"], told["execType"], told["isMaker"]) == ("3", "Trade", True)
    assert (told["execPrice"], told["execQty"]) == ("2000.5", "0.25")
    assert (told["execFee"], told["feeCurrency"], told["execTime"]) == ("0.500125", "USDT", "9")


def test_a_balance_counts_what_is_locked() -> None:
    [coin] = shapes.coins(
        {"ETH": Holding(free=Decimal(9), locked=Decimal(1))}, {"ETH": Decimal(2000)}
    )

    assert (coin["walletBalance"], coin["locked"], coin["usdValue"]) == ("10", "1", "20000")


@pytest.mark.parametrize("withdrawals", [True, False])
def test_a_key_says_whether_it_may_withdraw(*, withdrawals: bool) -> None:
    owner = Account(
        api_key="k",
        secret="s",
        label="",
        permissions=("SPOT",),
        withdrawals=False,
        fee_asset=None,
        created_ms=0,
    )

    told = str(shapes.api_key(owner, withdrawals=withdrawals))

    assert ("Withdraw" in told) is withdrawals
    assert "'secret': ''" in told
