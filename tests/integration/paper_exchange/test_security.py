"""Keys, signatures, timestamps: checked as Binance checks them, told in its words."""

import time
from typing import Any

import pytest


def error(answer: Any) -> tuple[int, int, str]:
    return answer.status, answer.body["code"], answer.body["msg"]


def test_a_good_signature_in_the_query_is_accepted(exchange: Any) -> None:
    good = exchange.signed(exchange.account(), "GET", "/api/v3/account")

    assert good.status == 200
    assert {row["asset"]: row["free"] for row in good.body["balances"]}["USDT"] == "20000.00000000"


def test_a_good_signature_in_the_body_is_accepted(exchange: Any) -> None:
    market = {"symbol": "ETHUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}

    good = exchange.signed_body(exchange.account(), "/api/v3/order", **market)

    assert (good.status, good.body["status"]) == (200, "FILLED")


def test_a_wrong_secret_is_a_bad_signature(exchange: Any) -> None:
    keys = exchange.account()
    forged = type(keys)(api_key=keys.api_key, secret="x" * 64)

    answer = exchange.signed(forged, "GET", "/api/v3/account")

    assert error(answer) == (400, -1022, "Signature for this request is not valid.")


@pytest.mark.parametrize(
    ("shift_ms", "window", "text"),
    [
        (-6_000, None, "Timestamp for this request is outside of the recvWindow."),
        (-2_000, "1000", "Timestamp for this request is outside of the recvWindow."),
        (3_000, None, "Timestamp for this request was 1000ms ahead of the server's time."),
    ],
)
def test_a_timestamp_outside_the_window_is_refused(
    exchange: Any, shift_ms: int, window: str | None, text: str
) -> None:
    keys = exchange.account()
    stamp = int(time.time() * 1000) + shift_ms  # noqa: TID251 - the client's own clock
    extra = {} if window is None else {"recvWindow": window}

    answer = exchange.signed(keys, "GET", "/api/v3/account", timestamp=stamp, **extra)

    assert error(answer) == (400, -1021, text)


def test_a_wider_window_lets_an_old_request_in(exchange: Any) -> None:
    keys = exchange.account()
    stamp = int(time.time() * 1000) - 6_000  # noqa: TID251 - the client's own clock

    answer = exchange.signed(keys, "GET", "/api/v3/account", timestamp=stamp, recvWindow="60000")

    assert answer.status == 200


def test_a_window_above_the_most_is_refused(exchange: Any) -> None:
    answer = exchange.signed(exchange.account(), "GET", "/api/v3/account", recvWindow="60001")

    assert error(answer) == (400, -1131, "recvWindow must be less than 60000.")


def test_an_unknown_key_is_rejected(exchange: Any) -> None:
    keys = exchange.account()
    stranger = type(keys)(api_key="A" * 64, secret=keys.secret)

    answer = exchange.signed(stranger, "GET", "/api/v3/account")

    assert error(answer) == (401, -2015, "Invalid API-key, IP, or permissions for action.")


@pytest.mark.parametrize("key", ["", "short", "with space in it and long"])
def test_a_key_of_the_wrong_form_is_told_so(exchange: Any, key: str) -> None:
    keys = exchange.account()
    strange = type(keys)(api_key=key, secret=keys.secret)

    answer = exchange.signed(strange, "GET", "/api/v3/account")

    assert error(answer) == (401, -2014, "API-key format invalid.")


@pytest.mark.parametrize("name", ["timestamp", "signature"])
def test_a_missing_parameter_is_named(exchange: Any, name: str) -> None:
    keys = exchange.account()
    query = "signature=00" if name == "timestamp" else "timestamp=1"

    answer = exchange.call(
        "GET", f"/api/v3/account?{query}", headers={"X-MBX-APIKEY": keys.api_key}
    )

    text = f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    assert error(answer) == (400, -1102, text)


def test_a_key_without_trading_may_read_only(exchange: Any) -> None:
    keys = exchange.account(permissions=[])

    assert exchange.signed(keys, "GET", "/api/v3/account").body["canTrade"] is False
    assert error(exchange.order(keys))[:2] == (401, -2015)


@pytest.mark.parametrize("withdrawals", [True, False])
def test_a_key_tells_what_it_may_do(exchange: Any, *, withdrawals: bool) -> None:
    """S1: the platform refuses keys that can withdraw, so a key must be able to say so."""
    keys = exchange.account(withdrawals=withdrawals)

    rights = exchange.signed(keys, "GET", "/sapi/v1/account/apiRestrictions").body

    assert rights["enableWithdrawals"] is withdrawals
    assert rights["enableSpotAndMarginTrading"] is True
    assert rights["enableReading"] is True


def test_one_key_sees_nothing_of_another(exchange: Any) -> None:
    ana, ben = exchange.account(), exchange.account()
    order = exchange.order(ana, newClientOrderId="mine").body

    answer = exchange.signed(
        ben, "GET", "/api/v3/order", symbol="ETHUSDT", orderId=order["orderId"]
    )

    assert error(answer) == (400, -2013, "Order does not exist.")
