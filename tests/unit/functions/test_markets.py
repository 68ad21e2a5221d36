"""Market data over HTTP: what is asked for wrongly, and what nobody collected."""

import pytest

from tests.fakes.functions import Functions

PAIR = {"exchange": "binance", "market": "spot", "pair": "BTC/USDT"}


@pytest.mark.parametrize(
    ("call", "query", "field"),
    [
        ("GET /api/book", {"market": "spot", "pair": "BTC/USDT"}, "exchange"),
        ("GET /api/book", PAIR | {"market": "margin"}, "market"),
        ("GET /api/book", PAIR | {"pair": "BTCUSDT"}, "pair"),
        ("GET /api/book", PAIR | {"at": "noon"}, "at"),
        ("GET /api/book", PAIR | {"at": "2026-11-21T12:00:00"}, "at"),
        ("GET /api/book", PAIR | {"limit": "0"}, "limit"),
        ("GET /api/candles", PAIR | {"interval": "2m"}, "interval"),
        (
            "GET /api/candles",
            PAIR | {"interval": "1s", "since": "2026-11-20T12:00:00Z"},
            "interval",
        ),
        (
            "GET /api/trades",
            PAIR | {"since": "2026-11-21T12:00:00Z", "until": "2026-11-21T11:00:00Z"},
            "until",
        ),
        ("GET /api/trades", PAIR | {"limit": "1001"}, "limit"),
        ("GET /api/bbo", PAIR | {"limit": "0"}, "limit"),
        ("GET /api/gaps", PAIR | {"colour": "red"}, "colour"),
        ("GET /api/instruments", {"market": "spot"}, "exchange"),
        ("GET /api/tickers", {}, "exchange"),
    ],
)
def test_what_is_wrong_is_named(
    functions: Functions, call: str, query: dict[str, str], field: str
) -> None:
    answer = functions.http(call, query=query)

    assert (answer.status, answer.fields) == (422, [field])


def test_a_book_nobody_collected_is_not_found(functions: Functions) -> None:
    answer = functions.http("GET /api/book", query=PAIR | {"pair": "NO/USDT"})

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")


def test_a_book_says_how_far_to_trust_it(functions: Functions) -> None:
    """K-12: prices and amounts are decimal strings."""
    asked = PAIR | {"at": "2026-11-21T11:30:00Z", "limit": "1"}

    book = functions.http("GET /api/book", query=asked).json

    assert (book["bids"], book["trust"]) == ([{"price": "61800.2", "amount": "0.5"}], "complete")


def test_a_market_that_nobody_knows_lists_nothing(functions: Functions) -> None:
    asked = {"exchange": "moon", "market": "spot"}

    assert functions.http("GET /api/instruments", query=asked).json["items"] == []
    assert functions.http("GET /api/tickers", query=asked).json["items"] == []
