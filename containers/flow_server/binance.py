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
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.words import Answer, Asked, Frame, Handler, Limits, Told

WEIGHTS = {"spot": ((100, 5), (500, 25), (1000, 50), (5000, 250)), "futures": ((1000, 20),)}
MOST_MESSAGES = {"spot": 5, "futures": 10}
MOST_TOPICS = {"spot": 1024, "futures": 200}
PATHS = {"spot": "/api/v3", "futures": "/fapi/v1"}


INVALID = {"code": -1121, "msg": "Invalid symbol."}


class Words:
    """`words.Words`."""

    streams = ("/stream", "/public/stream", "/market/stream")
    pings = True

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        self.flow = flow
        self.limits = Limits(
            connections=(300, 300.0),
            messages=(MOST_MESSAGES[market], 1.0),
            weight=({"spot": 6000, "futures": 2400}[market], 60.0),
        )

    def hello(self) -> Sequence[Frame]:
        return ()

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:
        asked = parse(text, self.flow.books)
        if isinstance(asked, str):
            return Asked(answers=(asked,))
        method, named, number = asked
        if method == "UNSUBSCRIBE":
            return Asked(answers=(taken(number),), ends=named)
        if len(topics | set(named)) > MOST_TOPICS[self.market]:
            refusal = {"error": {"code": 2, "msg": "too many streams"}, "id": number}
            return Asked(answers=(json.dumps(refusal),))
        return Asked(answers=(taken(number),), begins=named)

    def whole(self, topic: str) -> None:  # noqa: ARG002
        return

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        topic = f"{book.symbol.name.lower()}@depth@100ms"
        return ((topic, combined(topic, depth(book, change, self.market))),)

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        kind = "trade" if self.market == "spot" else "aggTrade"
        topic = f"{book.symbol.name.lower()}@{kind}"
        return ((topic, combined(topic, trade(book, done, kind))),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        topic = f"{book.symbol.name.lower()}@bookTicker"
        return ((topic, combined(topic, best(book, at_ms, self.market))),)

    def rest(self) -> Mapping[str, Handler]:
        path = PATHS[self.market]
        return {f"{path}/depth": self._depth, f"{path}/exchangeInfo": self._instruments}

    def _depth(self, asked: Mapping[str, str]) -> Answer:
        book = self.flow.books.get(asked.get("symbol", ""))
        limit = asked.get("limit", "100")
        if book is None or not limit.isdecimal():
            return Answer(weight=1, body=INVALID, status=400)
        return Answer(weight=weight(self.market, int(limit)), body=snapshot(book, int(limit)))

    def _instruments(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        return Answer(weight=0, body=instruments(self.flow))


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
        "p": book.symbol.price(done.price),
        "q": book.symbol.size(done.size),
        "T": done.at_ms,
        "m": done.buyer_was_maker,
    }
    return json.dumps(data, separators=(",", ":"))


def best(book: Book, at_ms: int, market: str) -> str:
    """The `data` of a best bid and offer; spot gives no time."""
    (bid, bids), (ask, asks) = book.best
    data: dict[str, Any] = {} if market == "spot" else {"e": "bookTicker", "E": at_ms, "T": at_ms}
    data |= {
        "u": book.last,
        "s": book.symbol.name,
        "b": book.symbol.price(bid),
        "B": book.symbol.size(bids),
        "a": book.symbol.price(ask),
        "A": book.symbol.size(asks),
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
    symbol = book.symbol
    return [[symbol.price(price), symbol.size(size)] for price, size in levels]
