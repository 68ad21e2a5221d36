"""What Bybit's parameters of an order mean."""

from decimal import Decimal

import pytest

from containers.paper_exchange.bybit import params
from containers.paper_exchange.bybit.errors import BybitError
from containers.paper_exchange.bybit.order_params import order_request
from janym.domain.trading import Side
from janym.matching.order import OrderKind, TimeInForce

LIMIT = {
    "category": "spot",
    "symbol": "ETHUSDT",
    "side": "Buy",
    "orderType": "Limit",
    "qty": "0.1",
    "price": "1500",
    "orderLinkId": "mine-1",
}
MARKET = {**LIMIT, "orderType": "Market"}


def test_a_limit_order_rests_until_cancelled_by_default() -> None:
    request = order_request("account", LIMIT)

    assert (request.side, request.kind) == (Side.BUY, OrderKind.LIMIT)
    assert request.time_in_force is TimeInForce.GTC
    assert (request.price, request.quantity) == (Decimal(1500), Decimal("0.1"))
    assert request.client_id == "mine-1"


def test_fees_are_taken_from_what_is_received() -> None:
    assert order_request("account", LIMIT).token_fees is False


def test_a_post_only_order_may_not_take() -> None:
    request = order_request("account", {**LIMIT, "timeInForce": "PostOnly"})

    assert request.kind is OrderKind.LIMIT_MAKER


@pytest.mark.parametrize(
    ("side", "unit", "quantity", "quote"),
    [
        ("Buy", None, "0", "0.1"),
        ("Sell", None, "0.1", "0"),
        ("BUY", "baseCoin", "0.1", "0"),
        ("Sell", "quoteCoin", "0", "0.1"),
    ],
)
def test_a_market_orders_amount_is_in_the_unit_of_its_side(
    side: str, unit: str | None, quantity: str, quote: str
) -> None:
    given = {**MARKET, "side": side} | ({"marketUnit": unit} if unit else {})

    request = order_request("account", given)

    assert (request.quantity, request.quote_quantity) == (Decimal(quantity), Decimal(quote))
    assert (request.kind, request.price) == (OrderKind.MARKET, 0)


def test_an_order_without_an_id_is_given_one() -> None:
    made = order_request("account", {**LIMIT, "orderLinkId": ""}).client_id

    assert made.isdecimal()


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "linear"},
        {"category": ""},
        {"symbol": ""},
        {"side": "up"},
        {"orderType": "Stop"},
        {"qty": "-1"},
        {"qty": "NaN"},
        {"price": ""},
        {"timeInForce": "soon"},
        {"orderLinkId": "x" * 37},
        {"orderLinkId": "a b"},
    ],
)
def test_what_is_wrong_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BybitError) as refused:
        order_request("account", LIMIT | wrong)

    assert refused.value.code == 10001


@pytest.mark.parametrize("text", ["{", "[]", "7"])
def test_a_body_that_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(BybitError):
        params.body(text)


def test_numbers_in_a_body_keep_their_digits() -> None:
    assert params.body('{"qty": 0.10, "limit": 5, "price": null}') == {"qty": "0.10", "limit": "5"}
