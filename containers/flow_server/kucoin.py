"""KuCoin's own format: tickets, topics with lists of symbols, numbered changes.

    POST /api/v1/bullet-public → {"code": "200000", "data": {"token": …, "instanceServers": […]}}
    hello      {"id": …, "type": "welcome"}
    subscribe  {"id": 1, "type": "subscribe", "topic": "/market/level2:BTC-USDT", "response": true}
    answer     {"id": "1", "type": "ack"}
    book       {"topic": "/market/level2:BTC-USDT", "type": "message", "subject": "trade.l2update",
               "data": {"changes": {"asks": [[price, size, sequence]], …}, "sequenceStart": …,
               "sequenceEnd": …}}   futures: {"sequence": …, "change": "price,side,size"}

KuCoin, "Websocket" (2023-06), "Orderbook - Increment" (2025-11).
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from containers.flow_server.flow import Book, Change, Flow, Print
from containers.flow_server.words import HOST, PREFIX, Answer, Asked, Frame, Handler, Limits, Told

BOOKS = {"spot": "/market/level2", "futures": "/contractMarket/level2"}
BEST = {"spot": "/spotMarket/level1", "futures": "/contractMarket/tickerV2"}
TRADES = {"spot": "/market/match", "futures": "/contractMarket/execution"}
TOKEN = "of-the-flow"  # noqa: S105 - public
PING_INTERVAL_MS = 18_000
MOST_SYMBOLS = 100


class Words:
    """`words.Words`."""

    limits = Limits(connections=(30, 60.0), messages=(100, 10.0), weight=(2_000, 30.0))
    streams = ("/endpoint",)
    pings = False

    def __init__(self, market: str, flow: Flow) -> None:
        self.market = market
        self.books = {self._symbol(book): book for book in flow.books.values()}

    def hello(self) -> Sequence[Frame]:
        return (_frame(id="greeting", type="welcome"),)

    def heartbeat(self, at_ms: int) -> None:  # noqa: ARG002
        return

    def read(self, text: str, topics: set[str]) -> Asked:  # noqa: ARG002
        given: dict[str, Any] = json.loads(text)
        number, kind = str(given.get("id")), given.get("type")
        if kind == "ping":
            return Asked(answers=(_frame(id=number, type="pong"),))
        topic, _, symbols = str(given.get("topic", "")).partition(":")
        named = symbols.split(",")
        known = {BOOKS[self.market], BEST[self.market], TRADES[self.market]}
        if topic not in known or len(named) > MOST_SYMBOLS or not self.books.keys() >= set(named):
            refusal = _frame(id=number, type="error", code=404, data=f"topic {topic} is not found")
            return Asked(answers=(refusal,))
        asked = [f"{topic}:{symbol}" for symbol in named]
        answers = (_frame(id=number, type="ack"),)
        if kind == "unsubscribe":
            return Asked(answers=answers, ends=asked)
        return Asked(answers=answers, begins=asked)

    def whole(self, topic: str) -> None:  # noqa: ARG002
        return

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        topic = f"{BOOKS[self.market]}:{self._symbol(book)}"
        if self.market == "futures":
            return self._singly(book, change, topic)
        numbers = iter(range(change.first, change.last + 1))
        sides = {
            name: [[*level, str(next(numbers))] for level in _levels(book, levels)]
            for name, levels in (("asks", change.asks), ("bids", change.bids))
        }
        data = {
            "symbol": self._symbol(book),
            "sequenceStart": change.first,
            "sequenceEnd": change.last,
            "changes": sides,
            "time": change.at_ms,
        }
        return ((topic, _message(topic, "trade.l2update", data)),)

    def traded(self, book: Book, done: Print) -> Sequence[Told]:
        topic = f"{TRADES[self.market]}:{self._symbol(book)}"
        spot = self.market == "spot"
        data: dict[str, Any] = {
            "symbol": self._symbol(book),
            "side": "sell" if done.buyer_was_maker else "buy",
            "price": book.symbol.price(done.price),
            "size": book.symbol.size(done.size) if spot else done.size,
            "tradeId": str(done.id),
            ("time" if spot else "ts"): str(done.at_ms * 10**6) if spot else done.at_ms * 10**6,
        }
        return ((topic, _message(topic, "trade.l3match" if spot else "match", data)),)

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        (bid, bids), (ask, asks) = book.best
        price, size = book.symbol.price, book.symbol.size
        topic = f"{BEST[self.market]}:{self._symbol(book)}"
        if self.market == "spot":
            whole = {
                "bids": [price(bid), size(bids)],
                "asks": [price(ask), size(asks)],
                "timestamp": at_ms,
            }
            return ((topic, _message(topic, "level1", whole)),)
        data = {
            "symbol": self._symbol(book),
            "sequence": book.last,
            "bestBidPrice": price(bid),
            "bestBidSize": bids,
            "bestAskPrice": price(ask),
            "bestAskSize": asks,
            "ts": at_ms * 10**6,
        }
        return ((topic, _message(topic, "tickerV2", data)),)

    def rest(self) -> Mapping[str, Handler]:
        if self.market == "spot":
            return {
                "/api/v1/bullet-public": self._bullet,
                "/api/v1/market/orderbook/level2_100": self._book,
                "/api/v2/symbols": self._symbols,
            }
        return {
            "/api/v1/bullet-public": self._bullet,
            "/api/v1/level2/snapshot": self._book,
            "/api/v1/contracts/active": self._contracts,
        }

    def _symbol(self, book: Book) -> str:
        base, quote = book.symbol.base, book.symbol.quote
        if self.market == "spot":
            return f"{base}-{quote}"
        return f"{'XBT' if base == 'BTC' else base}{quote}M"

    def _singly(self, book: Book, change: Change, topic: str) -> list[Told]:
        sides = [("sell", level) for level in change.asks] + [
            ("buy", level) for level in change.bids
        ]
        return [
            (
                topic,
                _message(
                    topic,
                    "level2",
                    {
                        "sequence": number,
                        "change": f"{book.symbol.price(price)},{side},{size}",
                        "timestamp": change.at_ms,
                    },
                ),
            )
            for number, (side, (price, size)) in enumerate(sides, start=change.first)
        ]

    def _bullet(self, asked: Mapping[str, str]) -> Answer:
        server = {
            "endpoint": f"ws://{asked[HOST]}{asked[PREFIX]}/endpoint",
            "encrypt": False,
            "protocol": "websocket",
            "pingInterval": PING_INTERVAL_MS,
            "pingTimeout": 10_000,
        }
        return _answer(10, {"token": TOKEN, "instanceServers": [server]})

    def _book(self, asked: Mapping[str, str]) -> Answer:
        book = self.books.get(asked.get("symbol", ""))
        if book is None:
            return Answer(weight=2, body={"code": "400100", "msg": "symbol not exists"})
        spot = self.market == "spot"
        bids, asks = book.levels(100 if spot else 10_000)
        sides = {"bids": bids, "asks": asks}
        data: dict[str, Any] = {
            name: _levels(book, levels)
            if spot
            else [[float(book.symbol.price(price)), size] for price, size in levels]
            for name, levels in sides.items()
        }
        return _answer(2 if spot else 3, data | {"sequence": str(book.last) if spot else book.last})

    def _symbols(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        return _answer(
            4,
            [
                {
                    "symbol": symbol,
                    "name": symbol,
                    "baseCurrency": book.symbol.base,
                    "quoteCurrency": book.symbol.quote,
                    "baseMinSize": book.symbol.size(1),
                    "baseIncrement": book.symbol.size(1),
                    "priceIncrement": book.symbol.price(1),
                    "minFunds": "0.1",
                    "enableTrading": True,
                }
                for symbol, book in self.books.items()
            ],
        )

    def _contracts(self, asked: Mapping[str, str]) -> Answer:  # noqa: ARG002
        return _answer(
            3,
            [
                {
                    "symbol": symbol,
                    "type": "FFWCSX",
                    "baseCurrency": "XBT" if book.symbol.base == "BTC" else book.symbol.base,
                    "quoteCurrency": book.symbol.quote,
                    "settleCurrency": book.symbol.quote,
                    "lotSize": 1,
                    "tickSize": float(book.symbol.tick),
                    "multiplier": float(book.symbol.step),
                    "isInverse": False,
                    "status": "Open",
                }
                for symbol, book in self.books.items()
            ],
        )


def _levels(book: Book, levels: Sequence[tuple[int, int]]) -> list[list[str]]:
    return [[book.symbol.price(price), book.symbol.size(size)] for price, size in levels]


def _answer(weight: int, data: object) -> Answer:
    return Answer(weight=weight, body={"code": "200000", "data": data})


def _message(topic: str, subject: str, data: Mapping[str, Any]) -> str:
    return _frame(type="message", topic=topic, subject=subject, data=data)


def _frame(**parts: object) -> str:
    return json.dumps(parts, separators=(",", ":"))
