"""Bybit's own format: topics by depth, a snapshot at first, then deltas that count by one.

    subscribe  {"op": "subscribe", "args": ["orderbook.50.BTCUSDT"], "req_id": "1"}
    answer     {"success": true, "ret_msg": "", "conn_id": …, "req_id": "1", "op": "subscribe"}
    book       {"topic": "orderbook.50.BTCUSDT", "type": "snapshot" | "delta", "ts": ms,
               "data": {"s": "BTCUSDT", "b": [["30247.20", "30.028"]], "a": …, "u": …, "seq": …}}
    best       orderbook.1, whole each time      trades   {"topic": "publicTrade.BTCUSDT", …}

Spot takes ten topics in one message. Lists of instruments come in pages.

Bybit, "Connect", "Orderbook", "Trade", "Get Instruments Info" (v5, 2026-07-24).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.windows import Levels, Sides, Windows
from containers.flow_server.words import Answer, Asked, Handler, Limits, Told

DEPTHS = (50, 200, 1000)
MOST_ARGUMENTS = {"spot": 10, "futures": 500}
CATEGORIES = {"spot": "spot", "futures": "linear"}
CONNECTION = "c0a1e6d8"


class Words:
    """`words.Words`."""

    limits = Limits(connections=(500, 300.0), messages=(500, 10.0), weight=(600, 5.0))
    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        self.flow = flow
        self.streams = (f"/v5/public/{CATEGORIES[market]}",)
        self._windows = {depth: Windows(depth) for depth in DEPTHS}
        self._numbers: dict[str, int] = {}
        self._at_ms = 1

    def hello(self) -> Sequence[str]:
        return ()

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:  # noqa: ARG002
        given: dict[str, Any] = json.loads(text)
        number, verb = given.get("req_id", ""), str(given["op"])
        if verb == "ping":
            return Asked(answers=(_answer(number, verb, "pong"),))
        named = [str(each) for each in given["args"]]
        wrong = [topic for topic in named if not self._is_known(topic)]
        if wrong:
            why = f"error:handler not found,topic:{wrong[0]}"
            return Asked(answers=(_answer(number, verb, why, success=False),))
        if len(named) > MOST_ARGUMENTS[self.market]:
            why = f"args size >{MOST_ARGUMENTS[self.market]}"
            return Asked(answers=(_answer(number, verb, why, success=False),))
        if verb == "unsubscribe":
            return Asked(answers=(_answer(number, verb),), ends=named)
        return Asked(answers=(_answer(number, verb),), begins=named)

    def whole(self, topic: str) -> str | None:
        kind, depth, symbol = _parts(topic)
        if kind != "orderbook":
            return None
        book = self.flow.books[symbol]
        if depth == 1:
            return self._book(topic, book, _alone(book), whole=True)
        return self._book(topic, book, self._windows[depth].told(book), whole=True)

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        self._at_ms = change.at_ms
        told: list[Told] = []
        for depth, windows in self._windows.items():
            changes = windows.changes(book)
            if any(changes):
                topic = f"orderbook.{depth}.{book.symbol.name}"
                self._numbers[topic] = self._number(topic) + 1
                told.append((topic, self._book(topic, book, changes, whole=False)))
        return told

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        topic = f"publicTrade.{book.symbol.name}"
        row = {
            "T": done.at_ms,
            "s": book.symbol.name,
            "S": "Sell" if done.buyer_was_maker else "Buy",
            "v": book.symbol.size(done.size),
            "p": book.symbol.price(done.price),
            "i": f"t-{done.id}",
            "BT": False,
        }
        return ((topic, _frame(topic=topic, type="snapshot", ts=done.at_ms, data=[row])),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        self._at_ms = at_ms
        topic = f"orderbook.1.{book.symbol.name}"
        self._numbers[topic] = self._number(topic) + 1
        return ((topic, self._book(topic, book, _alone(book), whole=True)),)

    def rest(self) -> Mapping[str, Handler]:
        return {"/v5/market/instruments-info": self._instruments}

    def _is_known(self, topic: str) -> bool:
        kind, depth, symbol = _parts(topic)
        known = kind == "publicTrade" or (kind == "orderbook" and depth in (1, *DEPTHS))
        return known and symbol in self.flow.books

    def _number(self, topic: str) -> int:
        return self._numbers.setdefault(topic, 100)

    def _book(self, topic: str, book: Book, sides: Sides, *, whole: bool) -> str:
        bids, asks = (_levels(book, side) for side in sides)
        return _frame(
            topic=topic,
            type="snapshot" if whole else "delta",
            ts=self._at_ms,
            data={
                "s": book.symbol.name,
                "b": bids,
                "a": asks,
                "u": self._number(topic),
                "seq": book.last,
            },
            cts=self._at_ms,
        )

    def _instruments(self, asked: Mapping[str, str]) -> Answer:
        books = list(self.flow.books.items())
        first, most = int(asked.get("cursor") or 0), int(asked.get("limit", "500"))
        if self.market == "spot":
            most = len(books)
        rows = [self._listed(name, book) for name, book in books[first : first + most]]
        following = str(first + most) if first + most < len(books) else ""
        result = {"category": CATEGORIES[self.market], "list": rows, "nextPageCursor": following}
        return Answer(weight=1, body={"retCode": 0, "retMsg": "OK", "result": result})

    def _listed(self, name: str, book: Book) -> dict[str, Any]:
        symbol = book.symbol
        spot = self.market == "spot"
        lot = {("basePrecision" if spot else "qtyStep"): symbol.size(1)}
        lot |= {"minOrderQty": symbol.size(1), ("minOrderAmt" if spot else "minNotionalValue"): "5"}
        return {
            "symbol": name,
            "contractType": "LinearPerpetual",
            "status": "Trading",
            "baseCoin": symbol.base,
            "quoteCoin": symbol.quote,
            "settleCoin": symbol.quote,
            "priceFilter": {"tickSize": symbol.price(1)},
            "lotSizeFilter": lot,
        }


def _parts(topic: str) -> tuple[str, int, str]:
    """Read `orderbook.50.BTCUSDT` and `publicTrade.BTCUSDT`."""
    kind, _, rest = topic.partition(".")
    depth, _, symbol = rest.rpartition(".")
    return kind, int(depth) if depth.isdecimal() else 0, symbol


def _alone(book: Book) -> Sides:
    bid, ask = book.best
    return [bid], [ask]


def _levels(book: Book, levels: Levels) -> list[list[str]]:
    return [
        [book.symbol.price(price), book.symbol.size(size) if size else "0"]
        for price, size in levels
    ]


def _answer(number: object, verb: str, said: str = "", *, success: bool = True) -> str:
    return _frame(success=success, ret_msg=said, conn_id=CONNECTION, req_id=number, op=verb)


def _frame(**parts: object) -> str:
    return json.dumps(parts, separators=(",", ":"))
