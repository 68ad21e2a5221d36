"""Answers in the shapes that Bybit documents, read exactly."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.credential import Permissions
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.exchanges.bybit import rest
from janym.ports.venue import VenueOrder, VenueTrade

ORDER: dict[str, Any] = {
    "orderId": "1523347543495541248",
    "orderLinkId": "mine",
    "symbol": "ETHUSDT",
    "price": "0.500",
    "qty": "50",
    "side": "Buy",
    "orderStatus": "PartiallyFilled",
    "cumExecQty": "12.5",
    "timeInForce": "GTC",
    "orderType": "Limit",
    "createdTime": "1684738540559",
    "updatedTime": "1684738540561",
}
TRADE: dict[str, Any] = {
    "symbol": "ETHUSDT",
    "orderId": "1523347543495541248",
    "orderLinkId": "mine",
    "side": "Sell",
    "execId": "2290000000061673427",
    "execPrice": "1190.15",
    "execQty": "0.10",
    "execFee": "0.119015",
    "feeCurrency": "USDT",
    "execType": "Trade",
    "isMaker": False,
    "execTime": "1672282722429",
}


def test_an_order_is_read_exactly() -> None:
    assert rest.order(ORDER, "ETH-USDT") == VenueOrder(
        client_order_id="mine",
        exchange_order_id="1523347543495541248",
        trading_pair="ETH-USDT",
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal("0.500"),
        quantity=Decimal(50),
        filled_quantity=Decimal("12.5"),
        status=OrderStatus.OPEN,
        updated_at=datetime(2023, 5, 22, 6, 55, 40, 561_000, tzinfo=UTC),
    )


@pytest.mark.parametrize(("theirs", "ours"), rest.STATUSES.items())
def test_each_status_has_ours(theirs: str, ours: OrderStatus) -> None:
    """K-21."""
    assert rest.order(ORDER | {"orderStatus": theirs}, "ETH-USDT").status is ours


def test_a_market_order_by_quote_is_as_large_as_it_traded() -> None:
    row = ORDER | {"orderType": "Market", "marketUnit": "quoteCoin", "qty": "100"}

    read = rest.order(row, "ETH-USDT")

    assert (read.type, read.price, read.quantity) == (OrderType.MARKET, None, Decimal("12.5"))


def test_a_trade_is_read_exactly() -> None:
    assert rest.trade(TRADE, "ETH-USDT") == VenueTrade(
        trade_id="2290000000061673427",
        exchange_order_id="1523347543495541248",
        trading_pair="ETH-USDT",
        side=Side.SELL,
        price=Decimal("1190.15"),
        quantity=Decimal("0.1"),
        fee=Decimal("0.119015"),
        fee_asset="USDT",
        maker=False,
        executed_at=datetime(2022, 12, 29, 2, 58, 42, 429_000, tzinfo=UTC),
    )


def test_what_is_no_trade_is_told_apart() -> None:
    assert rest.is_trade(TRADE)
    assert not rest.is_trade(TRADE | {"execType": "Funding"})


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            {"readOnly": 0, "permissions": {"Spot": ["SpotTrade"], "Wallet": ["AccountTransfer"]}},
            Permissions(trade=True, withdraw=False),
        ),
        (
            {"readOnly": 0, "permissions": {"Spot": [], "Wallet": ["Withdraw"]}},
            Permissions(trade=False, withdraw=True),
        ),
        (
            {"readOnly": 1, "permissions": {"Spot": ["SpotTrade"], "Wallet": []}},
            Permissions(trade=False, withdraw=False),
        ),
        ({"permissions": {"Spot": ["SpotTrade"]}}, Permissions(trade=True, withdraw=None)),
        ({}, Permissions(trade=None, withdraw=None)),
    ],
)
def test_what_a_key_may_do_is_what_the_venue_says(
    answer: dict[str, Any], found: Permissions
) -> None:
    """S0-030."""
    assert rest.permissions(answer) == found


def test_a_window_is_shorter_than_the_venues_longest() -> None:
    fields = rest.trades_between("ETH-USDT", datetime(2026, 11, 21, tzinfo=UTC)).fields

    assert 0 < int(fields["endTime"]) - int(fields["startTime"]) < 7 * 24 * 60 * 60 * 1000
    assert (fields["symbol"], fields["category"]) == ("ETHUSDT", "spot")


def test_a_cursor_is_sent_back_as_it_came() -> None:
    request = rest.open_orders("ETH-USDT")

    following = rest.following(request, {"list": [ORDER], "nextPageCursor": "132766%3A2%2C1"})

    assert following is not None
    assert following.query.endswith("&cursor=132766%3A2%2C1")


@pytest.mark.parametrize(
    "answer",
    [
        {"list": [ORDER], "nextPageCursor": ""},
        {"list": [ORDER]},
        {"list": [], "nextPageCursor": "x"},
    ],
)
def test_the_last_page_has_none_after_it(answer: dict[str, Any]) -> None:
    assert rest.following(rest.open_orders("ETH-USDT"), answer) is None


def test_the_clock_is_read_from_nanoseconds() -> None:
    assert rest.clock_ms({"timeSecond": "1688639403", "timeNano": "1688639403423213947"}) == (
        1688639403423
    )
