"""The ledger: balances are what was given, plus and minus every fill and fee, exactly."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
FUNDS = {"USDT": "20000", "ETH": "10", "BTC": "0.5", "BNB": "5"}
REFRESH_STEPS = 25
"""A bot that refreshes its quotes every five seconds of the default pace."""


def quote_and_refresh(exchange: Any, keys: Any, *, rounds: int) -> None:
    """Trade like a plain market maker: two quotes a side around the mid, replaced in rounds."""
    for _ in range(rounds):
        bid, ask = exchange.top()
        mid = (bid + ask) / 2
        for spread in (D("0.001"), D("0.002")):
            for side, sign in (("BUY", -1), ("SELL", 1)):
                price = (mid * (1 + sign * spread)).quantize(D("0.01"))
                placed = exchange.order(keys, side=side, price=str(price), quantity="0.0537")
                assert placed.status == 200, placed
        exchange.steps(REFRESH_STEPS)
        exchange.signed(keys, "DELETE", "/api/v3/openOrders", symbol="ETHUSDT")


def replayed(ledger: Any) -> dict[str, Decimal]:
    """Return what the balances must be after the ledger's fills."""
    balances = defaultdict(D, {asset: D(amount) for asset, amount in FUNDS.items()})
    for fill in ledger["fills"]:
        base, sign = fill["symbol"].removesuffix("USDT"), 1 if fill["side"] == "buy" else -1
        quantity = D(fill["quantity"])
        balances[base] += sign * quantity
        balances["USDT"] -= sign * quantity * D(fill["price"])
        balances[fill["fee_asset"]] -= D(fill["fee"])
    return dict(balances)


@pytest.mark.parametrize("fee_asset", ["BNB", None])
def test_balances_are_the_sum_of_fills_and_fees(exchange: Any, fee_asset: str | None) -> None:
    keys = exchange.account(fee_asset=fee_asset, balances=FUNDS)
    quote_and_refresh(exchange, keys, rounds=3)
    market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": "2.5"}
    exchange.order(keys, **market)
    exchange.order(keys, symbol="BTCUSDT", **(market | {"side": "SELL", "quantity": "0.1"}))
    exchange.order(keys, price="1500")

    ledger = exchange.ledger(keys)

    totals = {
        asset: D(held["free"]) + D(held["locked"]) for asset, held in ledger["balances"].items()
    }
    assert len(ledger["fills"]) > 10
    assert totals == replayed(ledger)
    assert D(ledger["balances"]["USDT"]["locked"]) == D(150)


@pytest.mark.parametrize(("fee_asset", "price"), [("BNB", "600"), (None, None)])
def test_each_fill_says_what_its_fee_is_worth(
    exchange: Any, fee_asset: str | None, price: str | None
) -> None:
    keys = exchange.account(fee_asset=fee_asset, balances=FUNDS)
    quote_and_refresh(exchange, keys, rounds=1)

    for fill in exchange.ledger(keys)["fills"]:
        value = D(fill["quantity"]) * D(fill["price"])
        rate = D("0.001") * (D("0.75") if fee_asset else 1)
        worth = D(fill["fee"]) * D(fill["fee_price"])
        assert abs(worth - value * rate) <= D("0.00000001") * D(fill["fee_price"])
        if price is not None:
            assert (fill["fee_asset"], fill["fee_price"]) == (fee_asset, price)
        elif fill["side"] == "sell":
            assert (fill["fee_asset"], fill["fee_price"]) == ("USDT", "1")
        else:
            assert (fill["fee_asset"], fill["fee_price"]) == ("ETH", fill["price"])


def test_a_market_maker_fills_on_both_sides_and_in_parts(exchange: Any) -> None:
    """Forty seconds at the default pace: enough fills to judge a bot by."""
    keys = exchange.account(balances=FUNDS)
    quote_and_refresh(exchange, keys, rounds=8)

    ledger = exchange.ledger(keys)

    assert len(ledger["fills"]) >= 20
    assert {fill["side"] for fill in ledger["fills"]} == {"buy", "sell"}
    per_order: dict[int, int] = defaultdict(int)
    for fill in ledger["fills"]:
        per_order[fill["order_id"]] += 1
    assert max(per_order.values()) >= 2


def test_the_fee_tokens_price_does_not_move(exchange: Any) -> None:
    before = exchange.top("BNBUSDT")
    exchange.steps(50)

    assert exchange.top("BNBUSDT") == before


def test_the_other_markets_move(exchange: Any) -> None:
    before = exchange.top()
    exchange.steps(50)

    assert exchange.top() != before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"balances": {"DOGE": "1"}}, "balances.DOGE"),
        ({"balances": {"USDT": 1}}, "balances.USDT"),
        ({"balances": {"USDT": "-1"}}, "balances.USDT"),
        ({"balances": {"USDT": "1.123456789"}}, "balances.USDT"),
        ({"balances": []}, "balances"),
        ({"label": 5}, "label"),
        ({"permissions": ["MARGIN"]}, "permissions"),
        ({"withdrawals": "no"}, "withdrawals"),
        ({"fee_asset": "DOGE"}, "fee_asset"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_account_is_refused_by_its_fields_name(
    exchange: Any, fields: dict[str, Any], field: str
) -> None:
    accounts = exchange.control("GET", "stats")["accounts"]

    answer = exchange.call("POST", "/control/accounts", body=json.dumps(fields))

    assert (answer.status, answer.body["field"]) == (400, field)
    assert exchange.control("GET", "stats")["accounts"] == accounts


def test_a_ledger_of_nobody_is_refused(exchange: Any) -> None:
    answer = exchange.call("GET", "/control/ledger?api_key=none")

    assert (answer.status, answer.body["field"]) == (400, "api_key")
