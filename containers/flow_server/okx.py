"""OKX's own format: channels of instruments, a snapshot first, then updates that name the former.

    subscribe  {"op": "subscribe", "args": [{"channel": "books", "instId": "BTC-USDT"}]}
    answer     {"event": "subscribe", "arg": {"channel": "books", "instId": "BTC-USDT"}, …}
    book       {"arg": …, "action": "snapshot" | "update", "data": [{"asks": [[price, size, "0",
               orders]], "bids": …, "ts": "ms", "checksum": 0, "seqId": …, "prevSeqId": …}]}
    best       {"arg": {"channel": "bbo-tbt", …}, "data": [{"asks": …, "bids": …, "seqId": …}]}
    trades     {"arg": {"channel": "trades", …}, "data": [{"tradeId": …, "px": …, "sz": …, …}]}

The first update names -1. Swaps count in contracts. A client says `ping` and hears `pong`.

OKX, "WebSocket: Connect, Subscribe", "Order book channel", "Trades channel", "Get instruments"
(API v5, 2026-09).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.windows import Levels, Sides, Windows
from containers.flow_server.words import Answer, Asked, Handler, Limits, Told

DEPTH = 400
CHANNELS = ("books", "bbo-tbt", "trades")
TYPES = {"spot": "SPOT", "futures": "SWAP"}
CONNECTION = "a4d3ae55"
NONE_BEFORE = -1


class Words:
    """`words.Words`."""

    limits = Limits(connections=(3, 1.0), messages=(700, 3600.0), weight=(20, 2.0))
    streams = ("/ws/v5/public",)
    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        self.books = {self._symbol(book): book for book in flow.books.values()}
        self._windows = Windows(DEPTH)
        self._numbers: dict[str, int] = {}
        self._at_ms = 1

    def hello(self) -> Sequence[str]:
        return ()

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:  # noqa: ARG002
        if text == "ping":
            return Asked(answers=("pong",))
        given: dict[str, Any] = json.loads(text)
        verb, arguments = str(given["op"]), list(given["args"])
        answers: list[str] = []
        named: list[str] = []
        for argument in arguments:
            channel, symbol = str(argument["channel"]), str(argument["instId"])
            if channel in CHANNELS and symbol in self.books:
                named.append(f"{channel}:{symbol}")
                answers.append(_frame(event=verb, arg=argument, connId=CONNECTION))
                continue
            why = f"Wrong URL or channel:{channel},instId:{symbol} doesn't exist."
            answers.append(_frame(event="error", code="60018", msg=why, connId=CONNECTION))
        if verb == "unsubscribe":
            return Asked(answers=answers, ends=named)
        return Asked(answers=answers, begins=named)

    def whole(self, topic: str) -> str | None:
        channel, _, symbol = topic.partition(":")
        if channel == "trades":
            return None
        book = self.books[symbol]
        if channel == "bbo-tbt":
            return self._best(book)
        return self._book(book, self._windows.told(book), NONE_BEFORE)

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        self._at_ms = change.at_ms
        before, changes = self._number(book), self._windows.changes(book)
        if not any(changes):
            return ()
        self._numbers[book.symbol.name] = change.last
        return ((f"books:{self._symbol(book)}", self._book(book, changes, before)),)

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        symbol = self._symbol(book)
        row = {
            "instId": symbol,
            "tradeId": str(done.id),
            "px": book.symbol.price(done.price),
            "sz": self._size(book, done.size),
            "side": "sell" if done.buyer_was_maker else "buy",
            "ts": str(done.at_ms),
            "count": "1",
        }
        return ((f"trades:{symbol}", _pushed("trades", symbol, row)),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        self._at_ms = at_ms
        return ((f"bbo-tbt:{self._symbol(book)}", self._best(book)),)

    def rest(self) -> Mapping[str, Handler]:
        return {"/api/v5/public/instruments": self._instruments}

    def _best(self, book: Book) -> str:
        bids, asks = (self._levels(book, [level]) for level in book.best)
        row = {"bids": bids, "asks": asks, "ts": str(self._at_ms), "seqId": book.last}
        return _pushed("bbo-tbt", self._symbol(book), row)

    def _book(self, book: Book, sides: Sides, before: int) -> str:
        bids, asks = (self._levels(book, side) for side in sides)
        row = {
            "asks": asks,
            "bids": bids,
            "ts": str(self._at_ms),
            "checksum": 0,
            "seqId": self._number(book),
            "prevSeqId": before,
        }
        action = "snapshot" if before == NONE_BEFORE else "update"
        return _pushed("books", self._symbol(book), row, action=action)

    def _number(self, book: Book) -> int:
        return self._numbers.setdefault(book.symbol.name, book.last)

    def _symbol(self, book: Book) -> str:
        name = f"{book.symbol.base}-{book.symbol.quote}"
        return name if self.market == "spot" else f"{name}-SWAP"

    def _size(self, book: Book, lots: int) -> str:
        if not lots:
            return "0"
        return book.symbol.size(lots) if self.market == "spot" else str(lots)

    def _levels(self, book: Book, levels: Levels) -> list[list[str]]:
        return [
            [book.symbol.price(price), self._size(book, size), "0", "1" if size else "0"]
            for price, size in levels
        ]

    def _instruments(self, asked: Mapping[str, str]) -> Answer:
        if asked.get("instType") != TYPES[self.market]:
            return Answer(weight=1, body={"code": "51000", "msg": "instType error", "data": []})
        rows = [self._listed(symbol, book) for symbol, book in self.books.items()]
        return Answer(weight=1, body={"code": "0", "msg": "", "data": rows})

    def _listed(self, symbol: str, book: Book) -> dict[str, str]:
        spot = self.market == "spot"
        step = book.symbol.size(1) if spot else "1"
        return {
            "instId": symbol,
            "instType": TYPES[self.market],
            "ctType": "" if spot else "linear",
            "ctVal": "" if spot else book.symbol.size(1),
            "ctMult": "" if spot else "1",
            "settleCcy": "" if spot else book.symbol.quote,
            "baseCcy": book.symbol.base if spot else "",
            "quoteCcy": book.symbol.quote if spot else "",
            "tickSz": book.symbol.price(1),
            "lotSz": step,
            "minSz": step,
            "state": "live",
        }


def _pushed(channel: str, symbol: str, row: Mapping[str, Any], **more: object) -> str:
    return _frame(arg={"channel": channel, "instId": symbol}, **more, data=[row])


def _frame(**parts: object) -> str:
    return json.dumps(parts, separators=(",", ":"))
