"""An ordinary client library trades here without knowing that it is not Bybit."""

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest


@pytest.fixture
def client(exchange: Any) -> Iterator[Any]:
    keys = exchange.account(fee_asset=None)
    client: Any = ccxt.bybit(
        {
            "apiKey": keys.api_key,
            "secret": keys.secret,
            "options": {
                "defaultType": "spot",
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
            },
        }
    )
    client.urls["api"] = dict.fromkeys(client.urls["api"], exchange.url)
    client.has["fetchCurrencies"] = False
    yield client
    client.session.close()


def test_markets_have_their_rules(client: Any) -> None:
    market = client.load_markets()["ETH/USDT"]

    assert (market["precision"]["amount"], market["precision"]["price"]) == (0.0001, 0.01)
    assert market["limits"]["cost"]["min"] == 5


def test_market_data_is_read(client: Any) -> None:
    book = client.fetch_order_book("ETH/USDT", limit=20)
    candles = client.fetch_ohlcv("ETH/USDT", "1h", limit=24)
    ticker = client.fetch_ticker("BTC/USDT")
    trades = client.fetch_trades("ETH/USDT")
    now = client.fetch_time()

    assert (len(book["bids"]), len(book["asks"])) == (20, 20)
    assert book["bids"][0][0] < book["asks"][0][0]
    assert len(candles) == 24
    assert candles == sorted(candles)
    assert ticker["bid"] < ticker["ask"]
    assert candles[-1][0] <= now
    assert all(trade["price"] > 0 for trade in trades)


def test_an_order_lives_through_its_life(exchange: Any, client: Any) -> None:
    client.load_markets()
    price = client.fetch_order_book("ETH/USDT")["bids"][0][0] - 4

    order = client.create_order("ETH/USDT", "limit", "buy", 0.5, price)
    opened = client.fetch_open_order(order["id"], "ETH/USDT")
    exchange.steps(16)
    filled = client.fetch_closed_order(order["id"], "ETH/USDT")
    trades = client.fetch_my_trades("ETH/USDT")

    assert (opened["status"], filled["status"]) == ("open", "closed")
    assert sum(trade["amount"] for trade in trades) == pytest.approx(0.5)
    assert {trade["takerOrMaker"] for trade in trades} == {"maker"}
    assert {trade["fee"]["currency"] for trade in trades} == {"ETH"}
    assert client.fetch_balance()["ETH"]["total"] == pytest.approx(10 + 0.5 * 0.999)


def test_a_market_order_spends_quote_or_base(client: Any) -> None:
    client.load_markets()

    spent = client.create_market_buy_order_with_cost("ETH/USDT", 100)
    sold = client.create_order("ETH/USDT", "market", "sell", 0.1)

    closed = {one["id"]: one for one in client.fetch_closed_orders("ETH/USDT")}
    assert 99 < closed[spent["id"]]["cost"] <= 100
    assert closed[sold["id"]]["filled"] == 0.1


def test_an_order_is_canceled(client: Any) -> None:
    client.load_markets()
    order = client.create_order("ETH/USDT", "limit", "sell", 1, 3000)
    held = client.fetch_balance()["ETH"]
    listed = client.fetch_open_orders("ETH/USDT")

    client.cancel_order(order["id"], "ETH/USDT")

    assert (held["free"], held["used"]) == (9, 1)
    assert [one["id"] for one in listed] == [order["id"]]
    assert client.fetch_open_orders("ETH/USDT") == []
    assert [one["status"] for one in client.fetch_canceled_orders("ETH/USDT")] == ["canceled"]


def test_everything_is_canceled_at_once(client: Any) -> None:
    client.load_markets()
    for price in (3000, 3100):
        client.create_order("ETH/USDT", "limit", "sell", 1, price)

    client.cancel_all_orders("ETH/USDT")

    assert client.fetch_open_orders("ETH/USDT") == []


def test_refusals_become_the_clients_own_errors(client: Any) -> None:
    client.load_markets()

    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("ETH/USDT", "limit", "buy", 100, 1500)
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("999999999", "ETH/USDT")
    client.secret = "wrong"
    with pytest.raises(ccxt.AuthenticationError):
        client.fetch_balance()
