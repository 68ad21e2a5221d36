"""Binance's own format: combined streams, subscriptions, snapshots, instruments, refusals.

    SUBSCRIBE  {"method": "SUBSCRIBE", "params": ["btcusdt@depth@100ms"], "id": 1}
    answer     {"result": null, "id": 1}
    book       {"stream": "btcusdt@depth@100ms", "data": {"e": "depthUpdate", "E": …,
               "s": "BTCUSDT", "U": 157, "u": 160, "b": [["0.0024", "10"]], "a": […]}}
               (futures add "T" and "pu")
    snapshot   GET /api/v3/depth?symbol=BTCUSDT&limit=1000 → {"lastUpdateId": 160, "bids": …}

Binance, "WebSocket Streams" and "Market data endpoints" (spot, 2026-07-21); "Websocket Market
Streams" (USDⓈ-M, 2026-03-06).
"""

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from containers.flow_server.flow import Book, Change, Flow, Print

WEIGHTS = {"spot": ((100, 5), (500, 25), (1000, 50), (5000, 250)), "futures": ((1000, 20),)}
MOST_MESSAGES = {"spot": 5, "futures": 10}
MOST_TOPICS = {"spot": 1024, "futures": 200}
PATHS = {"spot": "/api/v3", "futures": "/fapi/v1"}


def weight(market: str, limit: int) -> int:
    """What a snapshot of so many levels costs."""
    found = [cost for most, cost in WEIGHTS[market] if limit <= most]
    return found[0] if found else WEIGHTS[market][-1][1]


def snapshot(book: Book, limit: int) -> dict[str, Any]:
    """Answer to `GET …/depth`."""
    bids, asks = book.levels(limit)
    return {
        "lastUpdateId": book.last,
        "bids": _levels(book, bids),
        "asks": _levels(book, asks),
    }


def instruments(flow: Flow) -> dict[str, Any]:
    """Answer to `GET …/exchangeInfo`."""
    return {
        "symbols": [
            {
                "symbol": name,
                "status": "TRADING",
                "baseAsset": book.symbol.base,
                "quoteAsset": book.symbol.quote,
                "contractType": "PERPETUAL",
                "filters": [
                    {"filterType": "PRICE_FILTER", "tickSize": str(book.symbol.tick)},
                    {
                        "filterType": "LOT_SIZE",
                        "stepSize": f"{book.symbol.step:f}",
                        "minQty": f"{book.symbol.step:f}",
                    },
                    {"filterType": "MIN_NOTIONAL", "notional": "5", "minNotional": "5"},
                ],
            }
            for name, book in flow.books.items()
        ]
    }


def depth(book: Book, change: Change, market: str) -> str:
    """The `data` of a book's message."""
    data: dict[str, Any] = {"e": "depthUpdate", "E": change.at_ms}
    if market == "futures":
        data["T"] = change.at_ms
    data |= {"s": book.symbol.name, "U": change.first, "u": change.last}
    if market == "futures":
        data["pu"] = change.first - 1
    data |= {"b": _levels(book, change.bids), "a": _levels(book, change.asks)}
    return json.dumps(data, separators=(",", ":"))


def trade(book: Book, done: Print, kind: str) -> str:
    """The `data` of a trade."""
    data = {
        "e": kind,
        "E": done.at_ms,
        "s": book.symbol.name,
        ("t" if kind == "trade" else "a"): done.id,
        "p": _text(done.price, book.symbol.tick),
        "q": _text(done.size, book.symbol.step),
        "T": done.at_ms,
        "m": done.buyer_was_maker,
    }
    return json.dumps(data, separators=(",", ":"))


def combined(topic: str, data: str) -> str:
    """A frame of the combined stream."""
    return f'{{"stream":"{topic}","data":{data}}}'


def parse(text: str, names: Iterable[str]) -> tuple[str, list[str], object] | str:
    """Read what a client asks: its method, topics and number; or the refusal's text."""
    known = {name.lower() for name in names}
    try:
        given = json.loads(text)
        method, topics, number = given["method"], given["params"], given["id"]
    except (ValueError, KeyError, TypeError):
        return json.dumps({"error": {"code": 3, "msg": "Invalid JSON"}})
    if method not in {"SUBSCRIBE", "UNSUBSCRIBE"}:
        return json.dumps({"error": {"code": 1, "msg": f"unknown method {method}"}, "id": number})
    asked = [str(topic) for topic in cast("list[object]", topics)]
    if any(topic.split("@")[0] not in known for topic in asked):
        return json.dumps({"error": {"code": 2, "msg": "Invalid request"}, "id": number})
    return str(method), asked, number


def taken(number: object) -> str:
    """The answer to a request that was carried out."""
    return json.dumps({"result": None, "id": number})


def _levels(book: Book, levels: Sequence[tuple[int, int]]) -> list[list[str]]:
    tick, step = book.symbol.tick, book.symbol.step
    return [[_text(price, tick), _text(size, step)] for price, size in levels]


def _text(units: int, unit: Decimal) -> str:
    return f"{units * unit:f}"
