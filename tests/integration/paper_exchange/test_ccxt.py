"""An ordinary client library trades here without knowing that it is not Binance."""

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest


@pytest.fixture
def client(exchange: Any) -> Iterator[Any]:
    keys = exchange.account(fee_asset="BNB")
    client: Any = ccxt.binance(
        {
            "apiKey": keys.api_key,
            "secret": keys.secret,
            "options": {
                "defaultType": "spot",
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
        }
    )
    urls = client.urls["api"]
    urls["public"] = urls["private"] = f"{exchange.url}/api/v3"
    urls["sapi"] = f"{exchange.url}/sapi/v1"
    yield client
    client.session.close()


def test_markets_have_their_rules(client: Any) -> None:
    market = client.load_markets()["ETH/USDT"]

    assert market["precision"] == {"amount": 0.0001, "price": 0.01} | {
        name: value
        for name, value in market["precision"].items()
        if name not in ("amount", "price")
    }
    assert market["limits"]["cost"]["min"] == 5


def test_market_data_is_read(client: Any) -> None:
    book = client.fetch_order_book("ETH/USDT", limit=20)
    candles = client.fetch_ohlcv("ETH/USDT", "1h", limit=24)
    ticker = client.fetch_ticker("BTC/USDT")
    now = client.fetch_time()

    assert (len(book["bids"]), len(book["asks"])) == (20, 20)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(candles) == 24
    assert candles == sorted(candles)
    assert ticker["last"] > 0
    assert candles[-1][0] <= now


def test_an_order_lives_through_its_life(exchange: Any, client: Any) -> None:
    client.load_markets()
    price = client.fetch_order_book("ETH/USDT")["bids"][0][0] - 4

    order = client.create_order("ETH/USDT", "limit", "buy", 0.5, price)
    exchange.steps(16)
    filled = client.fetch_order(order["id"], "ETH/USDT")
    trades = client.fetch_my_trades("ETH/USDT")

    assert (order["status"], filled["status"]) == ("open", "closed")
    assert sum(trade["amount"] for trade in trades) == pytest.approx(0.5)
    assert {trade["takerOrMaker"] for trade in trades} == {"maker"}
    assert {trade["fee"]["currency"] for trade in trades} == {"BNB"}
    assert client.fetch_balance()["ETH"]["total"] == pytest.approx(10.5)


def test_an_order_is_canceled(client: Any) -> None:
    client.load_markets()
    order = client.create_order("ETH/USDT", "limit", "sell", 1, 3000)
    held = client.fetch_balance()["ETH"]
    listed = client.fetch_open_orders("ETH/USDT")

    client.cancel_order(order["id"], "ETH/USDT")

    assert (held["free"], held["used"]) == (9, 1)
    assert [one["id"] for one in listed] == [order["id"]]
    assert client.fetch_open_orders("ETH/USDT") == []
    assert client.fetch_balance()["ETH"]["used"] == 0


def test_refusals_become_the_clients_own_errors(client: Any) -> None:
    client.load_markets()

    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("ETH/USDT", "limit", "buy", 100, 1500)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("999999999", "ETH/USDT")
    client.secret = "wrong"
    with pytest.raises(ccxt.AuthenticationError):
        client.fetch_balance()
