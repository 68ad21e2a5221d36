"""MEXC's own format: protobuf on spot, JSON and contracts on futures.

    spot       {"method": "SUBSCRIPTION", "params": ["spot@public.aggre.depth.v3.api.pb@100ms@…"],
               "id": 1} → {"id": 1, "code": 0, "msg": "<topic>,<topic>"}
    book       PushDataV3ApiWrapper: 1 channel · 3 symbol · 6 sendTime · 313 aggreDepths (1 asks ·
               2 bids · 4 fromVersion · 5 toVersion; a level: 1 price · 2 quantity)
    best       315 aggreBookTicker (1 bid · 2 its quantity · 3 ask · 4 its quantity)
    trades     314 aggreDeals (1 deals: 1 price · 2 quantity · 3 type · 4 time · 5 id)
    futures    {"method": "sub.depth", "param": {"symbol": "BTC_USDT", "compress": false}}
               → {"channel": "rs.sub.depth", "data": "success"}
    book       {"channel": "push.depth", "symbol": …, "data": {"asks": [[price, contracts, orders]],
               "bids": …, "begin": …, "end": …, "version": …}, "ts": ms}

MEXC, "Diff.Depth Stream" (spot v3, 2025-08), field numbers of the published schema (2025), "Depth"
(contract v1, 2025-04).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.words import Answer, Asked, Frame, Handler, Limits, Told

DEPTH = "spot@public.aggre.depth.v3.api.pb@100ms@"
DEALS = "spot@public.aggre.deals.v3.api.pb@100ms@"
BEST = "spot@public.aggre.bookTicker.v3.api.pb@100ms@"
MOST_TOPICS = 30
Part = int | str | bytes


class Words:
    """`words.Words`."""

    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        spot = market == "spot"
        self.streams = ("/ws" if spot else "/edge",)
        self.books = {self._symbol(book): book for book in flow.books.values()}
        self.limits = Limits(
            connections=(60, 60.0),
            messages=(100 if spot else 20, 1.0),
            weight=(500, 10.0) if spot else (20, 2.0),
        )

    def hello(self) -> Sequence[Frame]:
        return ()

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:
        given: dict[str, Any] = json.loads(text)
        method = str(given["method"])
        if method == "PING":
            return Asked(answers=(_frame(id=0, code=0, msg="PONG"),))
        if method == "ping":
            return Asked(answers=(_frame(channel="pong", data=1),))
        if self.market == "futures":
            return self._futures(method, given["param"])
        named = [str(each) for each in given["params"]]
        wrong = [each for each in named if each.rpartition("@")[2] not in self.books]
        if method == "UNSUBSCRIPTION":
            answer = _frame(id=given.get("id", 0), code=0, msg=",".join(named))
            return Asked(answers=(answer,), ends=named)
        if wrong or len(topics | set(named)) > MOST_TOPICS:
            why = f"Not Subscribed successfully! [{','.join(wrong or named)}]. Reason: Blocked!"
            return Asked(answers=(_frame(id=given.get("id", 0), code=0, msg=why),))
        answer = _frame(id=given.get("id", 0), code=0, msg=",".join(named))
        return Asked(answers=(answer,), begins=named)

    def whole(self, topic: str) -> None:  # noqa: ARG002
        return

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        symbol = self._symbol(book)
        if self.market == "futures":
            data = {
                "asks": _contracts(book, change.asks),
                "bids": _contracts(book, change.bids),
                "begin": change.first,
                "end": change.last,
                "version": change.last,
            }
            return ((f"depth:{symbol}", _pushed("push.depth", symbol, data, change.at_ms)),)
        levels = [
            *(_field(1, _level(book, level)) for level in change.asks),
            *(_field(2, _level(book, level)) for level in change.bids),
        ]
        body = b"".join(levels) + _field(4, str(change.first)) + _field(5, str(change.last))
        return ((DEPTH + symbol, _wrapped(DEPTH + symbol, symbol, change.at_ms, 313, body)),)

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        symbol, kind = self._symbol(book), 2 if done.buyer_was_maker else 1
        if self.market == "futures":
            deal = {
                "p": float(book.symbol.price(done.price)),
                "v": done.size,
                "T": kind,
                "t": done.at_ms,
                "i": str(done.id),
            }
            return ((f"deal:{symbol}", _pushed("push.deal", symbol, [deal], done.at_ms)),)
        deal = _field(1, book.symbol.price(done.price)) + _field(2, book.symbol.size(done.size))
        deal += _field(3, kind) + _field(4, done.at_ms) + _field(5, str(done.id))
        frame = _wrapped(DEALS + symbol, symbol, done.at_ms, 314, _field(1, deal))
        return ((DEALS + symbol, frame),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        symbol, (bid, ask) = self._symbol(book), book.best
        if self.market == "futures":
            sides = {"bids": _contracts(book, [bid]), "asks": _contracts(book, [ask])}
            data = {**sides, "version": book.last}
            return ((f"depth.full:{symbol}", _pushed("push.depth.full", symbol, data, at_ms)),)
        parts = [book.symbol.price(bid[0]), book.symbol.size(bid[1])]
        parts += [book.symbol.price(ask[0]), book.symbol.size(ask[1])]
        body = b"".join(_field(number, part) for number, part in enumerate(parts, start=1))
        return ((BEST + symbol, _wrapped(BEST + symbol, symbol, at_ms, 315, body)),)

    def rest(self) -> Mapping[str, Handler]:
        if self.market == "spot":
            return {"/api/v3/depth": self._depth, "/api/v3/exchangeInfo": self._instruments}
        return {
            "/api/v1/contract/depth/{symbol}": self._depth,
            "/api/v1/contract/detail": self._instruments,
        }

    def _futures(self, method: str, param: Mapping[str, Any]) -> Asked:
        verb, _, name = method.partition(".")
        symbol = str(param.get("symbol"))
        if symbol not in self.books:
            return Asked(answers=(_frame(channel="rs.error", data="Contract doesn't exist!"),))
        answer = _frame(channel=f"rs.{method}", data="success", ts=0)
        topic = f"{name}:{symbol}"
        if verb == "unsub":
            return Asked(answers=(answer,), ends=(topic,))
        return Asked(answers=(answer,), begins=(topic,))

    def _symbol(self, book: Book) -> str:
        between = "" if self.market == "spot" else "_"
        return f"{book.symbol.base}{between}{book.symbol.quote}"

    def _depth(self, asked: Mapping[str, str]) -> Answer:
        book = self.books.get(asked.get("symbol", ""))
        if book is None:
            return Answer(weight=1, body={"code": -1121, "msg": "Invalid symbol."}, status=400)
        bids, asks = book.levels(int(asked.get("limit", "100")))
        if self.market == "futures":
            data = {"bids": _contracts(book, bids), "asks": _contracts(book, asks)}
            data |= {"version": book.last, "timestamp": 0}
            return Answer(weight=1, body={"success": True, "code": 0, "data": data})
        sides = {
            name: [[book.symbol.price(price), book.symbol.size(size)] for price, size in levels]
            for name, levels in (("bids", bids), ("asks", asks))
        }
        return Answer(weight=1, body={"lastUpdateId": book.last, **sides})

    def _instruments(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        if self.market == "futures":
            rows = [
                {
                    "symbol": symbol,
                    "baseCoin": book.symbol.base,
                    "quoteCoin": book.symbol.quote,
                    "settleCoin": book.symbol.quote,
                    "contractSize": float(book.symbol.step),
                    "priceUnit": float(book.symbol.tick),
                    "volUnit": 1,
                    "minVol": 1,
                    "state": 0,
                }
                for symbol, book in self.books.items()
            ]
            return Answer(weight=1, body={"success": True, "code": 0, "data": rows})
        rows = [
            {
                "symbol": symbol,
                "status": "1",
                "baseAsset": book.symbol.base,
                "quoteAsset": book.symbol.quote,
                "baseAssetPrecision": 5,
                "quotePrecision": 2,
                "baseSizePrecision": book.symbol.size(1),
                "quoteAmountPrecision": "1",
            }
            for symbol, book in self.books.items()
        ]
        return Answer(weight=10, body={"symbols": rows})


def _contracts(book: Book, levels: Sequence[tuple[int, int]]) -> Any:
    return [[float(book.symbol.price(price)), size, min(size, 1)] for price, size in levels]


def _pushed(channel: str, symbol: str, data: object, at_ms: int) -> str:
    return _frame(channel=channel, symbol=symbol, data=data, ts=at_ms)


def _frame(**parts: object) -> str:
    return json.dumps(parts, separators=(",", ":"))


# ---- protobuf


def _wrapped(channel: str, symbol: str, at_ms: int, number: int, body: bytes) -> bytes:
    return _field(1, channel) + _field(3, symbol) + _field(6, at_ms) + _field(number, body)


def _level(book: Book, level: tuple[int, int]) -> bytes:
    return _field(1, book.symbol.price(level[0])) + _field(2, book.symbol.size(level[1]))


def _field(number: int, value: Part) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*written, value))
