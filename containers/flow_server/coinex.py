"""CoinEx's own format: gzip, lists of markets, books with a checksum and no number.

    subscribe  {"method": "depth.subscribe", "params": {"market_list": [["BTCUSDT", 50, "0",
               false]]}, "id": 1}
    answer     {"id": 1, "code": 0, "message": "OK"}
    book       {"method": "depth.update", "data": {"market": "BTCUSDT", "is_full": false, "depth":
               {"asks": …, "bids": …, "last": …, "updated_at": ms, "checksum": CRC-32}}, "id": null}

A later list takes the place of the one before: the stricter of the two readings of the page. What
`is_full` says is the whole book comes first, and once a minute.

CoinEx API v2, "Market Depth Subscription", "Market Transactions Subscription" (2026-11).
"""

import gzip
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.windows import Levels, Sides, Windows
from containers.flow_server.words import Answer, Asked, Handler, Limits, Told

DEPTH = 50
FULL_EVERY_MS = 60_000
METHODS = ("depth", "deals", "bbo")


class Words:
    """`words.Words`."""

    limits = Limits(connections=(30, 60.0), messages=(10, 1.0), weight=(400, 1.0))
    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        self.streams = (f"/v2/{market}",)
        self.flow = flow
        self._windows = Windows(DEPTH)
        self._full_at_ms: dict[str, int] = {}
        self._at_ms = 1

    def hello(self) -> Sequence[bytes]:
        return ()

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:
        given: dict[str, Any] = json.loads(text)
        number, method = given["id"], str(given["method"])
        if method == "server.ping":
            return Asked(answers=(_ok(number, data={"result": "pong"}),))
        name, _, verb = method.partition(".")
        rows: list[Any] = given["params"]["market_list"]
        markets = [str(row if isinstance(row, str) else row[0]) for row in rows]
        if name not in METHODS or not set(markets) <= self.flow.books.keys():
            refusal = {"id": number, "code": 20001, "message": "Invalid argument"}
            return Asked(answers=(_packed(refusal),))
        asked = [f"{name}:{market}" for market in markets]
        if verb == "unsubscribe":
            return Asked(answers=(_ok(number),), ends=asked)
        had = [topic for topic in topics if topic.startswith(f"{name}:")]
        return Asked(answers=(_ok(number),), ends=had, begins=asked)

    def whole(self, topic: str) -> bytes | None:
        name, _, market = topic.partition(":")
        if name != "depth":
            return None
        book = self.flow.books[market]
        return self._depth(book, self._windows.told(book), full=True)

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        self._at_ms = change.at_ms
        topic = f"depth:{book.symbol.name}"
        changes = self._windows.changes(book)
        told = [(topic, self._depth(book, changes, full=False))] if any(changes) else []
        due = self._full_at_ms.setdefault(topic, change.at_ms + FULL_EVERY_MS)
        if change.at_ms >= due:
            self._full_at_ms[topic] = change.at_ms + FULL_EVERY_MS
            told.append((topic, self._depth(book, self._windows.told(book), full=True)))
        return told

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        deal = {
            "deal_id": done.id,
            "created_at": done.at_ms,
            "side": "sell" if done.buyer_was_maker else "buy",
            "price": book.symbol.price(done.price),
            "amount": book.symbol.size(done.size),
        }
        data = {"market": book.symbol.name, "deal_list": [deal]}
        return ((f"deals:{book.symbol.name}", _pushed("deals.update", data)),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        (bid, bids), (ask, asks) = book.best
        data = {
            "market": book.symbol.name,
            "updated_at": at_ms,
            "best_bid_price": book.symbol.price(bid),
            "best_bid_size": book.symbol.size(bids),
            "best_ask_price": book.symbol.price(ask),
            "best_ask_size": book.symbol.size(asks),
        }
        return ((f"bbo:{book.symbol.name}", _pushed("bbo.update", data)),)

    def rest(self) -> Mapping[str, Handler]:
        return {f"/v2/{self.market}/market": self._markets}

    def _depth(self, book: Book, sides: Sides, *, full: bool) -> bytes:
        bids, asks = (_levels(book, side) for side in sides)
        told = [_levels(book, side) for side in self._windows.told(book)]
        words = ":".join(text for side in told for level in side for text in level)
        depth = {
            "asks": asks,
            "bids": bids,
            "last": book.symbol.price(book.levels(1)[0][0][0]),
            "updated_at": self._at_ms,
            "checksum": zlib.crc32(words.encode()),
        }
        return _pushed(
            "depth.update", {"market": book.symbol.name, "is_full": full, "depth": depth}
        )

    def _markets(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        rows = [
            {
                "market": name,
                "contract_type": "linear",
                "base_ccy": book.symbol.base,
                "quote_ccy": book.symbol.quote,
                "base_ccy_precision": 5,
                "quote_ccy_precision": 2,
                "tick_size": book.symbol.price(1),
                "min_amount": book.symbol.size(1),
                "is_market_available": True,
            }
            for name, book in self.flow.books.items()
        ]
        return Answer(weight=1, body={"code": 0, "data": rows, "message": "OK"})


def _levels(book: Book, levels: Levels) -> list[list[str]]:
    return [
        [book.symbol.price(price), book.symbol.size(size) if size else "0"]
        for price, size in levels
    ]


def _ok(number: object, **more: object) -> bytes:
    return _packed({"id": number, "code": 0, "message": "OK", **more})


def _pushed(method: str, data: Mapping[str, Any]) -> bytes:
    return _packed({"method": method, "data": data, "id": None})


def _packed(frame: Mapping[str, Any]) -> bytes:
    return gzip.compress(json.dumps(frame, separators=(",", ":")).encode(), 1)
