"""Answers in the shapes that Binance documents, read exactly."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.credential import Permissions
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.exchanges.binance import rest
from janym.ports.venue import VenueOrder, VenueTrade

ORDER: dict[str, Any] = {
    "symbol": "LTCBTC",
    "orderId": 1,
    "orderListId": -1,
    "clientOrderId": "myOrder1",
    "price": "0.1",
    "origQty": "1.0",
    "executedQty": "0.000000001",
    "origQuoteOrderQty": "0.000000",
    "cummulativeQuoteQty": "0.0",
    "status": "NEW",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "BUY",
    "stopPrice": "0.0",
    "icebergQty": "0.0",
    "time": 1499827319559,
    "updateTime": 1499827319559,
    "isWorking": True,
    "workingTime": 1499827319559,
    "selfTradePreventionMode": "NONE",
}

TRADE: dict[str, Any] = {
    "symbol": "BNBBTC",
    "id": 28457,
    "orderId": 100234,
    "orderListId": -1,
    "price": "4.00000100",
    "qty": "12.00000000",
    "quoteQty": "48.000012",
    "commission": "10.10000000",
    "commissionAsset": "BNB",
    "time": 1499865549590,
    "isBuyer": True,
    "isMaker": False,
    "isBestMatch": True,
}

RESTRICTIONS: dict[str, Any] = {
    "ipRestrict": False,
    "createTime": 1698645219000,
    "enableReading": True,
    "enableWithdrawals": False,
    "enableInternalTransfer": False,
    "enableMargin": False,
    "enableFutures": False,
    "permitsUniversalTransfer": False,
    "enableVanillaOptions": False,
    "enableFixApiTrade": False,
    "enableFixReadOnly": True,
    "enableSpotAndMarginTrading": True,
    "enablePortfolioMarginTrading": True,
}


def test_an_order_is_read_exactly() -> None:
    assert rest.order(ORDER, "LTC-BTC") == VenueOrder(
        client_order_id="myOrder1",
        exchange_order_id="1",
        trading_pair="LTC-BTC",
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal("0.1"),
        quantity=Decimal("1.0"),
        filled_quantity=Decimal("0.000000001"),
        status=OrderStatus.OPEN,
        updated_at=datetime(2017, 7, 12, 2, 41, 59, 559_000, tzinfo=UTC),
    )


@pytest.mark.parametrize(("theirs", "ours"), rest.STATUSES.items())
def test_each_status_has_ours(theirs: str, ours: OrderStatus) -> None:
    """K-21."""
    assert rest.order(ORDER | {"status": theirs}, "LTC-BTC").status is ours


def test_a_market_order_has_no_price() -> None:
    read = rest.order(ORDER | {"type": "MARKET", "price": "0.00"}, "LTC-BTC")

    assert (read.type, read.price) == (OrderType.MARKET, None)


def test_a_post_only_order_is_a_limit_order() -> None:
    assert rest.order(ORDER | {"type": "LIMIT_MAKER"}, "LTC-BTC").type is OrderType.LIMIT


def test_a_trade_is_read_exactly() -> None:
    assert rest.trade(TRADE, "BNB-BTC") == VenueTrade(
        trade_id="28457",
        exchange_order_id="100234",
        trading_pair="BNB-BTC",
        side=Side.BUY,
        price=Decimal("4.00000100"),
        quantity=Decimal(12),
        fee=Decimal("10.1"),
        fee_asset="BNB",
        maker=False,
        executed_at=datetime(2017, 7, 12, 13, 19, 9, 590_000, tzinfo=UTC),
    )


def test_what_a_key_may_do_is_what_the_venue_says() -> None:
    assert rest.permissions(RESTRICTIONS) == Permissions(trade=True, withdraw=False)
    assert rest.permissions({"enableWithdrawals": True}) == Permissions(trade=None, withdraw=True)
    assert rest.permissions({}) == Permissions(trade=None, withdraw=None)


def test_a_window_is_shorter_than_the_venues_longest() -> None:
    request = rest.trades_between("ETH-USDT", datetime(2026, 11, 21, tzinfo=UTC))

    start, end = int(request.query["startTime"]), int(request.query["endTime"])
    assert 0 < end - start < 24 * 60 * 60 * 1000
    assert request.query["symbol"] == "ETHUSDT"


def test_times_go_there_and_back() -> None:
    at = datetime(2026, 11, 21, 12, 0, 0, 999_000, tzinfo=UTC)

    assert rest.moment(rest.milliseconds(at)) == at
