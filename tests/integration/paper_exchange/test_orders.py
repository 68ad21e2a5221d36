"""Orders over REST: each type, each refusal in Binance's words, queries and cancels."""

from decimal import Decimal
from typing import Any

import pytest

ILLEGAL = "Illegal characters found in parameter '{}'; legal range is '{}'."


def error(answer: Any) -> tuple[int, str]:
    assert answer.status == 400, answer
    return answer.body["code"], answer.body["msg"]


def test_an_order_rests_and_is_found_by_both_ids(exchange: Any) -> None:
    keys = exchange.account()

    placed = exchange.order(keys, newClientOrderId="jnabc12300-1").body

    by_id = exchange.signed(
        keys, "GET", "/api/v3/order", symbol="ETHUSDT", orderId=placed["orderId"]
    ).body
    by_name = exchange.signed(
        keys, "GET", "/api/v3/order", symbol="ETHUSDT", origClientOrderId="jnabc12300-1"
    ).body
    assert (placed["status"], placed["fills"]) == ("NEW", [])
    assert by_id == by_name
    assert (by_id["price"], by_id["origQty"]) == ("1500.00000000", "0.10000000")
    assert exchange.ledger(keys)["balances"]["USDT"] == {"free": "19850", "locked": "150"}


def test_a_limit_maker_is_acknowledged_only(exchange: Any) -> None:
    answer = exchange.order(exchange.account(), type="LIMIT_MAKER", timeInForce=None).body

    assert set(answer) == {"symbol", "orderId", "orderListId", "clientOrderId", "transactTime"}


def test_a_market_order_is_answered_with_its_fills(exchange: Any) -> None:
    keys = exchange.account()
    market = {"type": "MARKET", "timeInForce": None, "price": None}

    answer = exchange.order(keys, **market, quantity="0.5").body

    assert answer["status"] == "FILLED"
    assert sum(Decimal(fill["qty"]) for fill in answer["fills"]) == Decimal("0.5")
    paid = sum(Decimal(fill["qty"]) * Decimal(fill["price"]) for fill in answer["fills"])
    assert Decimal(answer["cummulativeQuoteQty"]) == paid


def test_a_market_order_by_quote_stays_within_it(exchange: Any) -> None:
    market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": None}

    answer = exchange.order(exchange.account(), **market, quoteOrderQty="1000").body

    spent = Decimal(answer["cummulativeQuoteQty"])
    assert answer["status"] == "FILLED"
    assert Decimal(999) < spent <= Decimal(1000)


@pytest.mark.parametrize(
    ("tif", "status", "filled"), [("IOC", "EXPIRED", True), ("FOK", "EXPIRED", False)]
)
def test_what_cannot_trade_at_once_expires(
    exchange: Any, tif: str, status: str, *, filled: bool
) -> None:
    keys = exchange.account(balances={"USDT": "900000"})
    _, ask = exchange.top()

    answer = exchange.order(keys, timeInForce=tif, price=str(ask), quantity="100").body

    assert answer["status"] == status
    assert (Decimal(answer["executedQty"]) > 0) is filled
    assert exchange.ledger(keys)["open_orders"] == []


@pytest.mark.parametrize(
    ("params", "code", "text"),
    [
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"side": "HOLD"}, -1117, "Invalid side."),
        ({"type": "STOP_LOSS"}, -1116, "Invalid orderType."),
        ({"timeInForce": "GTX"}, -1115, "Invalid timeInForce."),
        ({"price": "1500.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"price": "0"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"quantity": "0.00001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "9001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.001"}, -1013, "Filter failure: NOTIONAL"),
        ({"quantity": "0.123456789"}, -1111, "Parameter 'quantity' has too much precision."),
        (
            {"quantity": "100"},
            -2010,
            "Account has insufficient balance for requested action.",
        ),
        (
            {"quantity": None},
            -1102,
            "Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.",
        ),
        (
            {"timeInForce": None},
            -1102,
            "Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
        ),
        (
            {"price": "1e3"},
            -1100,
            ILLEGAL.format("price", r"^([0-9]{1,20})(\.[0-9]{1,20})?$"),
        ),
        (
            {"newClientOrderId": "a b"},
            -1100,
            ILLEGAL.format("newClientOrderId", "^[a-zA-Z0-9-_]{1,36}$"),
        ),
        (
            {"type": "LIMIT_MAKER", "timeInForce": None, "price": "2100"},
            -2010,
            "Order would immediately match and take.",
        ),
        (
            {"type": "MARKET", "timeInForce": None, "price": None, "quantity": None},
            -1102,
            "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        ),
    ],
)
def test_a_bad_order_is_refused_in_binances_words(
    exchange: Any, params: dict[str, Any], code: int, text: str
) -> None:
    keys = exchange.account()

    answer = exchange.order(keys, **params)

    assert error(answer) == (code, text)
    ledger = exchange.ledger(keys)
    assert (ledger["orders"], ledger["balances"]["USDT"]["locked"]) == ([], "0")


def test_a_client_order_id_is_unique_among_open_orders(exchange: Any) -> None:
    keys = exchange.account()
    exchange.order(keys, newClientOrderId="one")

    again = exchange.order(keys, newClientOrderId="one")

    assert error(again) == (-2010, "Duplicate order sent.")
    exchange.signed(keys, "DELETE", "/api/v3/order", symbol="ETHUSDT", origClientOrderId="one")
    assert exchange.order(keys, newClientOrderId="one").status == 200


def test_a_cancel_names_the_order_and_itself(exchange: Any) -> None:
    keys = exchange.account()
    placed = exchange.order(keys, newClientOrderId="one").body

    answer = exchange.signed(
        keys, "DELETE", "/api/v3/order", symbol="ETHUSDT", origClientOrderId="one"
    ).body

    assert (answer["status"], answer["orderId"]) == ("CANCELED", placed["orderId"])
    assert answer["origClientOrderId"] == "one"
    assert answer["clientOrderId"] != "one"
    assert exchange.ledger(keys)["balances"]["USDT"] == {"free": "20000", "locked": "0"}


def test_a_second_cancel_finds_no_order(exchange: Any) -> None:
    keys = exchange.account()
    exchange.order(keys, newClientOrderId="one")
    cancel = {"symbol": "ETHUSDT", "origClientOrderId": "one"}
    exchange.signed(keys, "DELETE", "/api/v3/order", **cancel)

    again = exchange.signed(keys, "DELETE", "/api/v3/order", **cancel)

    assert error(again) == (-2011, "Unknown order sent.")


def test_open_orders_are_listed_and_canceled_by_symbol(exchange: Any) -> None:
    keys = exchange.account()
    ids = [exchange.order(keys).body["orderId"] for _ in range(3)]
    other = exchange.order(keys, symbol="BTCUSDT", price="30000", quantity="0.001").body["orderId"]

    listed = exchange.signed(keys, "GET", "/api/v3/openOrders").body
    ended = exchange.signed(keys, "DELETE", "/api/v3/openOrders", symbol="ETHUSDT").body
    left = exchange.signed(keys, "GET", "/api/v3/openOrders").body

    assert [one["orderId"] for one in listed] == [*ids, other]
    assert [one["orderId"] for one in ended] == ids
    assert [one["orderId"] for one in left] == [other]


def test_all_orders_page_forward_from_an_id(exchange: Any) -> None:
    keys = exchange.account()
    ids = [exchange.order(keys).body["orderId"] for _ in range(4)]
    all_orders = {"symbol": "ETHUSDT", "limit": 2}

    newest = exchange.signed(keys, "GET", "/api/v3/allOrders", **all_orders).body
    forward = exchange.signed(keys, "GET", "/api/v3/allOrders", **all_orders, orderId=ids[1]).body

    assert [one["orderId"] for one in newest] == ids[2:]
    assert [one["orderId"] for one in forward] == ids[1:3]


def test_trades_are_chosen_by_order_by_id_and_by_time(exchange: Any) -> None:
    keys = exchange.account()
    market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": "0.01"}
    first = exchange.order(keys, **market).body
    second = exchange.order(keys, **market).body

    def ids(**params: object) -> list[int]:
        rows = exchange.signed(keys, "GET", "/api/v3/myTrades", symbol="ETHUSDT", **params).body
        return [row["id"] for row in rows]

    one, two = first["fills"][0]["tradeId"], second["fills"][0]["tradeId"]
    assert ids() == [one, two]
    assert ids(orderId=first["orderId"]) == [one]
    assert ids(fromId=two) == [two]
    assert ids(limit=1) == [two]
    assert ids(startTime=second["transactTime"] + 60_000) == []
    assert ids(startTime=1000) == [one, two]


def test_a_test_order_is_judged_and_not_placed(exchange: Any) -> None:
    keys = exchange.account()
    order: dict[str, Any] = {
        "symbol": "ETHUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.1",
        "price": "1500",
    }

    good = exchange.signed(keys, "POST", "/api/v3/order/test", **order)
    bad = exchange.signed(keys, "POST", "/api/v3/order/test", **(order | {"quantity": "0.00001"}))

    assert (good.status, good.body) == (200, {})
    assert error(bad) == (-1013, "Filter failure: LOT_SIZE")
    assert exchange.ledger(keys)["orders"] == []


def test_answers_carry_the_rate_limit_headers(exchange: Any) -> None:
    keys = exchange.account()

    first, second = exchange.order(keys), exchange.order(keys)

    assert int(second.headers["x-mbx-used-weight-1m"]) > int(first.headers["x-mbx-used-weight-1m"])
    assert second.headers["x-mbx-order-count-10s"] == "2"
    assert second.headers["x-mbx-order-count-1d"] == "2"
