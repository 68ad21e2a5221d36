"""Bybit's REST calls by hand: signatures, unique ids, pages, and one ledger for both protocols."""

import http.client
import json
from decimal import Decimal
from typing import Any

import pytest

from tests.integration.paper_exchange import bybit_client as bybit


def test_an_order_of_one_protocol_is_seen_on_the_other(exchange: Any) -> None:
    keys = exchange.account()
    exchange.order(keys, newClientOrderId="of-binance")
    bybit.order(exchange, keys, orderLinkId="of-bybit")

    [second, first] = bybit.get(exchange, keys, "/v5/order/realtime")["result"]["list"]

    assert (first["orderLinkId"], second["orderLinkId"]) == ("of-binance", "of-bybit")
    told = exchange.signed(keys, "GET", "/api/v3/openOrders").body
    assert [one["clientOrderId"] for one in told] == ["of-binance", "of-bybit"]


def test_a_client_id_is_good_once_and_never_again(exchange: Any) -> None:
    keys = exchange.account()
    bybit.order(exchange, keys, orderLinkId="once")
    bybit.post(exchange, keys, "/v5/order/cancel", symbol="ETHUSDT", orderLinkId="once")

    again = bybit.order(exchange, keys, orderLinkId="once")

    assert (again["retCode"], again["result"]) == (170141, {})
    assert len(exchange.ledger(keys)["orders"]) == 1


def test_a_cancel_needs_no_more_than_the_orders_id(exchange: Any) -> None:
    """The pair may be spelled in the client's way: Hummingbot sends `ETH-USDT`."""
    keys = exchange.account()
    placed = bybit.order(exchange, keys)["result"]

    answer = bybit.post(
        exchange, keys, "/v5/order/cancel", symbol="ETH-USDT", orderId=placed["orderId"]
    )

    assert (answer["retCode"], answer["result"]) == (0, placed)
    assert exchange.ledger(keys)["open_orders"] == []


def test_a_cancel_of_what_is_not_open_is_refused(exchange: Any) -> None:
    keys = exchange.account()
    bybit.order(exchange, keys, orderLinkId="gone")
    for code in (0, 170213):
        answer = bybit.post(
            exchange, keys, "/v5/order/cancel", symbol="ETHUSDT", orderLinkId="gone"
        )
        assert answer["retCode"] == code


def test_lists_are_read_page_by_page(exchange: Any) -> None:
    keys = exchange.account()
    for number in range(5):
        bybit.order(
            exchange, keys, orderLinkId=f"take{number}", orderType="Market", side="Sell", qty="0.01"
        )

    seen: list[str] = []
    cursor = ""
    for _ in range(10):
        page = bybit.get(
            exchange, keys, "/v5/execution/list", limit=2, **({"cursor": cursor} if cursor else {})
        )["result"]
        seen += [one["execId"] for one in page["list"]]
        cursor = page["nextPageCursor"]
        if not cursor:
            break

    booked = [str(fill["trade_id"]) for fill in exchange.ledger(keys)["fills"]]
    assert seen == booked[::-1]
    assert len(seen) >= 5


def test_history_holds_what_ended_and_realtime_what_is_open(exchange: Any) -> None:
    keys = exchange.account()
    bybit.order(exchange, keys, orderLinkId="open")
    bybit.order(exchange, keys, orderLinkId="done", orderType="Market", side="Sell", qty="0.01")

    def listed(path: str, **params: object) -> list[str]:
        answer = bybit.get(exchange, keys, path, symbol="ETHUSDT", **params)
        return [one["orderLinkId"] for one in answer["result"]["list"]]

    assert listed("/v5/order/realtime") == ["open"]
    assert listed("/v5/order/realtime", openOnly=1) == ["done"]
    assert listed("/v5/order/realtime", orderLinkId="done") == ["done"]
    assert listed("/v5/order/history") == ["done"]


def test_fees_are_paid_out_of_what_is_received(exchange: Any) -> None:
    """An account whose fee token pays on Binance pays here as Bybit's clients expect it."""
    keys = exchange.account(fee_asset="BNB")

    bybit.order(exchange, keys, orderType="Market", qty="0.1", marketUnit="baseCoin")

    fills = exchange.ledger(keys)["fills"]
    assert {fill["fee_asset"] for fill in fills} == {"ETH"}
    assert sum(Decimal(fill["fee"]) for fill in fills) == Decimal("0.0001")


@pytest.mark.parametrize("off_ms", [-5_500, 2_000])
def test_a_request_out_of_time_is_refused(exchange: Any, off_ms: int) -> None:
    keys = exchange.account()
    signed = bybit.headers(keys, "", sent_ms=bybit.now_ms() + off_ms)

    answer = exchange.call("GET", "/v5/account/info", headers=signed)

    assert (answer.status, answer.body["retCode"]) == (200, 10002)


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [("X-BAPI-API-KEY", "nobody", 10003), ("X-BAPI-SIGN", "00", 10004)],
)
def test_a_stranger_is_refused(exchange: Any, header: str, value: str, code: int) -> None:
    keys = exchange.account()
    signed = bybit.headers(keys, "") | {header: value}

    assert exchange.call("GET", "/v5/account/info", headers=signed).body["retCode"] == code


def test_a_key_that_may_not_trade_is_refused(exchange: Any) -> None:
    keys = exchange.account(permissions=[])

    assert bybit.order(exchange, keys)["retCode"] == 10005
    assert bybit.get(exchange, keys, "/v5/order/realtime")["retCode"] == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"symbol": "XXXUSDT"}, 170121),
        ({"price": "1500.001"}, 170134),
        ({"qty": "0.00001"}, 170137),
        ({"qty": "0.0001"}, 170140),
        ({"qty": "100"}, 170131),
        ({"price": "3000", "timeInForce": "PostOnly"}, 170218),
        ({"category": "linear"}, 10001),
    ],
)
def test_a_refused_order_changes_nothing(exchange: Any, fields: dict[str, str], code: int) -> None:
    keys = exchange.account()
    before = exchange.ledger(keys)

    assert bybit.order(exchange, keys, **fields)["retCode"] == code
    assert exchange.ledger(keys) == before


@pytest.mark.parametrize("category", ["linear", ""])
def test_market_data_of_another_category_is_refused(exchange: Any, category: str) -> None:
    answer = exchange.call("GET", f"/v5/market/tickers?category={category}").body

    assert answer["retCode"] == 10001


def test_an_answer_that_is_lost_leaves_the_order(exchange: Any) -> None:
    """K-16."""
    keys = exchange.account()
    exchange.fault(kind="error_after_accept", api_key=keys.api_key, status=500)

    answer = bybit.order(exchange, keys, orderLinkId="lost")

    assert answer["retCode"] == 10016
    [order] = bybit.get(exchange, keys, "/v5/order/realtime", orderLinkId="lost")["result"]["list"]
    assert order["orderStatus"] == "New"


def test_a_skewed_clock_is_told_and_judged_by(exchange: Any) -> None:
    exchange.fault(kind="clock_skew", offset_ms=60_000)
    keys = exchange.account()

    told = exchange.call("GET", "/v5/market/time").body["time"]

    assert told > bybit.now_ms() + 30_000
    assert bybit.get(exchange, keys, "/v5/account/info")["retCode"] == 10002


@pytest.mark.parametrize("withdrawals", [True, False])
def test_a_key_says_whether_it_may_withdraw(exchange: Any, *, withdrawals: bool) -> None:
    keys = exchange.account()
    if withdrawals:
        exchange.fault(kind="withdrawals", api_key=keys.api_key)

    told = bybit.get(exchange, keys, "/v5/user/query-api")["result"]["permissions"]

    assert ("Withdraw" in told["Wallet"]) is withdrawals
    assert told["Spot"] == ["SpotTrade"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "reject_key"}, 10003),
        ({"kind": "rate_limit"}, 10006),
        ({"kind": "maintenance"}, 10016),
    ],
)
def test_faults_speak_bybits_words(exchange: Any, fault: dict[str, str], code: int) -> None:
    keys = exchange.account()
    exchange.fault(api_key=keys.api_key, **fault)

    assert bybit.get(exchange, keys, "/v5/account/info")["retCode"] == code


def test_a_limit_says_until_when(exchange: Any) -> None:
    keys = exchange.account()
    exchange.fault(kind="rate_limit", api_key=keys.api_key, retry_after_s=17)

    answer = exchange.call("GET", "/v5/account/info", headers=bybit.headers(keys, ""))

    reset = int(answer.headers["x-bapi-limit-reset-timestamp"])
    assert reset == answer.body["time"] + 17_000


def test_an_order_may_be_taken_and_never_answered(exchange: Any) -> None:
    """K-16."""
    keys = exchange.account()
    exchange.fault(kind="accept_then_timeout", api_key=keys.api_key, hold_ms=1)

    with pytest.raises((OSError, http.client.HTTPException)):
        bybit.order(exchange, keys, orderLinkId="silent")

    assert [one["client_order_id"] for one in exchange.ledger(keys)["open_orders"]] == ["silent"]


def test_nothing_secret_is_told(exchange: Any) -> None:
    keys = exchange.account()

    told = json.dumps(bybit.get(exchange, keys, "/v5/user/query-api"))

    assert keys.api_key in told
    assert keys.secret not in told
