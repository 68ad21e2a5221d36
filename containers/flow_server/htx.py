"""HTX's own format: gzip, pings in JSON, numbers in JSON, books asked for on the socket.

    ping       {"ping": ms}, each five seconds → {"pong": ms}
    subscribe  {"sub": "market.btcusdt.mbp.400", "id": "1"} → {"id": "1", "subbed": …, …}
    request    {"req": "market.btcusdt.mbp.400", "id": "2"} → {"rep": …, "data": {"seqNum": …}}
    spot       {"ch": …, "ts": ms, "tick": {"seqNum": …, "prevSeqNum": …, "bids": …, "asks": …}}
    swaps      {"ch": …, "ts": ms, "tick": {"event": "snapshot" | "update", "version": …, …}}

HTX, "Market By Price (incremental update)" (spot, 2021-06), "Subscribe Incremental Market Depth
Data" (USDT-margined contracts, 2021-06).
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.windows import Levels, Sides, Windows
from containers.flow_server.words import Answer, Asked, Handler, Limits, Told

DEPTHS = {"spot": 400, "futures": 150}
BOOKS = {"spot": "mbp.400", "futures": "depth.size_150.high_freq"}


class Words:
    """`words.Words`."""

    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        spot = market == "spot"
        self.books = {self._symbol(book): book for book in flow.books.values()}
        self.streams = ("/feed", "/ws") if spot else ("/linear-swap-ws",)
        self.limits = Limits(
            connections=(30, 60.0), messages=(10 if spot else 40, 1.0), weight=(800, 1.0)
        )
        self._windows = Windows(DEPTHS[market])
        self._numbers: dict[str, int] = {}
        self._at_ms = 1

    def hello(self) -> Sequence[bytes]:
        return ()

    def heartbeat(self, at_ms: int) -> bytes:
        return _packed({"ping": at_ms})

    def read(self, text: str, topics: set[str]) -> Asked:  # noqa: ARG002
        given: dict[str, Any] = json.loads(text)
        if "pong" in given:
            return Asked()
        number = given.get("id")
        for verb in ("sub", "unsub", "req"):
            if verb in given:
                return self._asked(verb, str(given[verb]), number)
        return Asked(answers=(_refused(number, "invalid command"),))

    def whole(self, topic: str) -> bytes | None:
        symbol, what = _parts(topic)
        if self.market == "spot" or what != BOOKS[self.market]:
            return None
        book = self.books[symbol]
        return self._swap(book, self._windows.told(book), "snapshot")

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        topic = self._topic(book, BOOKS[self.market])
        before = self._number(book)
        changes = self._windows.changes(book)
        self._at_ms = change.at_ms
        if self.market == "futures":
            if not any(changes):
                return ()
            self._numbers[book.symbol.name] = before + 1
            return ((topic, self._swap(book, changes, "update")),)
        self._numbers[book.symbol.name] = change.last
        tick: dict[str, Any] = {"seqNum": change.last, "prevSeqNum": before}
        for name, side in zip(("bids", "asks"), changes, strict=True):
            if side:
                tick[name] = self._levels(book, side)
        return ((topic, _packed({"ch": topic, "ts": change.at_ms, "tick": tick})),)

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        topic = self._topic(book, "trade.detail")
        spot = self.market == "spot"
        trade: dict[str, Any] = {
            "id": done.id,
            "tradeId": done.id,
            "ts": done.at_ms,
            "amount": float(book.symbol.size(done.size)) if spot else done.size * 2,
            "price": float(book.symbol.price(done.price)),
            "direction": "sell" if done.buyer_was_maker else "buy",
        }
        tick = {"id": done.id, "ts": done.at_ms, "data": [trade]}
        return ((topic, _packed({"ch": topic, "ts": done.at_ms, "tick": tick})),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        topic = self._topic(book, "bbo")
        [bid], [ask] = (self._levels(book, [level]) for level in book.best)
        tick: dict[str, Any] = {"version": book.last, "bid": bid, "ask": ask, "ts": at_ms}
        if self.market == "spot":
            tick = {
                "seqId": book.last,
                "bid": bid[0],
                "bidSize": bid[1],
                "ask": ask[0],
                "askSize": ask[1],
                "quoteTime": at_ms,
                "symbol": self._symbol(book),
            }
        return ((topic, _packed({"ch": topic, "ts": at_ms, "tick": tick})),)

    def rest(self) -> Mapping[str, Handler]:
        if self.market == "spot":
            return {"/v1/settings/common/market-symbols": self._symbols}
        return {"/linear-swap-api/v1/swap_contract_info": self._contracts}

    def _asked(self, verb: str, topic: str, number: object) -> Asked:
        symbol, what = _parts(topic)
        if symbol not in self.books or what not in {BOOKS[self.market], "trade.detail", "bbo"}:
            return Asked(answers=(_refused(number, f"invalid topic {topic}"),))
        if verb == "req":
            return Asked(answers=(self._rep(topic, self.books[symbol], number),))
        answer = {"id": number, "status": "ok", f"{verb}bed": topic, "ts": self._at_ms}
        if verb == "sub":
            return Asked(answers=(_packed(answer),), begins=(topic,))
        return Asked(answers=(_packed(answer),), ends=(topic,))

    def _rep(self, topic: str, book: Book, number: object) -> bytes:
        bids, asks = self._windows.told(book)
        data = {
            "seqNum": self._number(book),
            "bids": self._levels(book, bids),
            "asks": self._levels(book, asks),
        }
        return _packed(
            {"id": number, "status": "ok", "rep": topic, "ts": self._at_ms, "data": data}
        )

    def _swap(self, book: Book, sides: Sides, event: str) -> bytes:
        topic = self._topic(book, BOOKS["futures"])
        bids, asks = (self._levels(book, side) for side in sides)
        tick = {
            "event": event,
            "version": self._number(book),
            "bids": bids,
            "asks": asks,
            "ch": topic,
            "mrid": book.last,
            "ts": self._at_ms,
        }
        return _packed({"ch": topic, "tick": tick, "ts": self._at_ms})

    def _number(self, book: Book) -> int:
        return self._numbers.setdefault(book.symbol.name, book.last)

    def _levels(self, book: Book, levels: Levels) -> list[list[float]]:
        if self.market == "futures":
            return [[float(book.symbol.price(price)), lots] for price, lots in levels]
        return [
            [float(book.symbol.price(price)), float(book.symbol.size(lots))]
            for price, lots in levels
        ]

    def _symbol(self, book: Book) -> str:
        if self.market == "spot":
            return book.symbol.name.lower()
        return f"{book.symbol.base}-{book.symbol.quote}"

    def _topic(self, book: Book, what: str) -> str:
        return f"market.{self._symbol(book)}.{what}"

    def _symbols(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        rows = [
            {
                "symbol": symbol,
                "state": "online",
                "bc": book.symbol.base.lower(),
                "qc": book.symbol.quote.lower(),
                "pp": 2,
                "ap": 5,
                "minoa": float(book.symbol.step),
                "minov": 5,
            }
            for symbol, book in self.books.items()
        ]
        return Answer(weight=1, body={"status": "ok", "data": rows})

    def _contracts(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        rows = [
            {
                "symbol": book.symbol.base,
                "contract_code": symbol,
                "contract_size": float(book.symbol.step),
                "price_tick": float(book.symbol.tick),
                "contract_status": 1,
                "business_type": "swap",
            }
            for symbol, book in self.books.items()
        ]
        return Answer(weight=1, body={"status": "ok", "data": rows})


def _parts(topic: str) -> tuple[str, str]:
    _, symbol, what = (*topic.split(".", 2), "", "")[:3]
    return symbol, what


def _refused(number: object, why: str) -> bytes:
    return _packed({"id": number, "status": "error", "err-code": "bad-request", "err-msg": why})


def _packed(frame: Mapping[str, Any]) -> bytes:
    return gzip.compress(json.dumps(frame, separators=(",", ":")).encode(), 1)
