"""Public streams: order books, trades and tickers, and who reads them.

A book's first frame is a snapshot, then come deltas with absolute sizes, 0 for a level that left
the depth. `u` rises by one with each step in which the book changed, at every depth alike, and
goes on rising over restarts; `seq` is the book's own version.

    {"topic": "orderbook.50.BTCUSDT", "ts": 1687940967466, "type": "delta", "cts": 1687940967464,
     "data": {"s": "BTCUSDT", "b": [["30247.20", "30.028"]], "a": [], "u": 177400507,
              "seq": 66544703342}}

https://github.com/bybit-exchange/docs/blob/master/docs/v5/websocket/public/orderbook.mdx
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson

from containers.paper_exchange.bybit import shapes
from containers.paper_exchange.bybit.shapes import Json, number
from containers.paper_exchange.day import day_of
from containers.paper_exchange.exchange import BookChange, Exchange, News
from containers.paper_exchange.readers import Reader, Readers
from containers.paper_exchange.tape import PublicTrade
from janym.domain.trading import Side

DEPTHS = (1, 50, 200)
DEEPEST = DEPTHS[-1]
Levels = Sequence[tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A book as everybody was told of it last."""

    update: int
    version: int
    at_ms: int
    bids: Levels
    asks: Levels


class MarketStreams:
    """All public connections. A listener of the exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.readers = Readers()
        self._exchange = exchange
        self._shown = {
            symbol: self._look(symbol, update=book.version, at_ms=exchange.now_ms())
            for symbol, book in exchange.engine.books.items()
        }
        exchange.listeners.append(self.publish)

    def __len__(self) -> int:
        return len(self.readers)

    def disconnect(self) -> None:
        """Close every public connection."""
        self.readers.disconnect()

    def knows(self, topic: str) -> bool:
        """Tell whether there is such a topic."""
        kind, _, rest = topic.partition(".")
        if kind == "orderbook":
            depth, _, rest = rest.partition(".")
            if depth not in map(str, DEPTHS):
                return False
        elif kind not in ("publicTrade", "tickers"):
            return False
        return rest in self._shown

    def subscribe(self, reader: Reader, topics: Sequence[str]) -> None:
        """Let a connection read topics; a book and a ticker begin with all that they hold."""
        self.readers.subscribe(reader, topics)
        for topic in topics:
            kind, *middle, symbol = topic.split(".")
            if kind == "orderbook":
                reader.send(topic, orjson.dumps(self._snapshot(symbol, int(middle[0]))))
            elif kind == "tickers":
                reader.send(topic, orjson.dumps(self._ticker(symbol)))

    def book(self, symbol: str, depth: int) -> Json:
        """Return a book as `GET /v5/market/orderbook` gives it: as the streams showed it last."""
        shown = self._shown[symbol]
        return _data(symbol, shown, shown.bids[:depth], shown.asks[:depth]) | {
            "ts": shown.at_ms,
            "cts": shown.at_ms,
        }

    def top(self, symbol: str) -> Json:
        """Return the best bid and ask as `GET /v5/market/tickers` gives them."""
        shown = self._shown[symbol]
        found: Json = {}
        for name, side in (("bid1", shown.bids), ("ask1", shown.asks)):
            best = shapes.levels(side[:1]) or [["", ""]]
            found[f"{name}Price"], found[f"{name}Size"] = best[0]
        return found

    def publish(self, news: News) -> None:
        """Send trades as they happen."""
        topic = f"publicTrade.{news.symbol}"
        if news.trades and self.readers.has(topic):
            rows = [_trade(one) for one in news.trades]
            frame: Json = {"topic": topic, "ts": news.at_ms, "type": "snapshot", "data": rows}
            self.readers.send(topic, orjson.dumps(frame))

    def publish_books(self, changes: Sequence[BookChange]) -> None:
        """Send what has changed in the books since the last call."""
        for change in changes:
            before = self._shown[change.symbol]
            shown = self._look(change.symbol, update=before.update + 1, at_ms=change.at_ms)
            self._shown[change.symbol] = shown
            for depth in DEPTHS:
                self._send_book(change.symbol, depth, before)
            topic = f"tickers.{change.symbol}"
            if self.readers.has(topic):
                self.readers.send(topic, orjson.dumps(self._ticker(change.symbol)))

    def _send_book(self, symbol: str, depth: int, before: Shown) -> None:
        topic = f"orderbook.{depth}.{symbol}"
        if not self.readers.has(topic):
            return
        shown = self._shown[symbol]
        if depth == 1:
            frame = self._snapshot(symbol, depth)
        else:
            bids = _difference(before.bids[:depth], shown.bids[:depth])
            asks = _difference(before.asks[:depth], shown.asks[:depth])
            frame = _frame(topic, "delta", shown, _data(symbol, shown, bids, asks))
        self.readers.send(topic, orjson.dumps(frame))

    def _snapshot(self, symbol: str, depth: int) -> Json:
        shown = self._shown[symbol]
        data = _data(symbol, shown, shown.bids[:depth], shown.asks[:depth])
        return _frame(f"orderbook.{depth}.{symbol}", "snapshot", shown, data)

    def _ticker(self, symbol: str) -> Json:
        shown = self._shown[symbol]
        return {
            "topic": f"tickers.{symbol}",
            "ts": shown.at_ms,
            "type": "snapshot",
            "cs": shown.version,
            "data": shapes.ticker(symbol, day_of(self._exchange, symbol)),
        }

    def _look(self, symbol: str, *, update: int, at_ms: int) -> Shown:
        book = self._exchange.engine.books[symbol]
        return Shown(
            update=update,
            version=book.version,
            at_ms=at_ms,
            bids=book.levels(Side.BUY, DEEPEST),
            asks=book.levels(Side.SELL, DEEPEST),
        )


def _frame(topic: str, kind: str, shown: Shown, data: Json) -> Json:
    return {"topic": topic, "ts": shown.at_ms, "type": kind, "data": data, "cts": shown.at_ms}


def _data(symbol: str, shown: Shown, bids: Levels, asks: Levels) -> Json:
    return {
        "s": symbol,
        "b": shapes.levels(bids),
        "a": shapes.levels(asks),
        "u": shown.update,
        "seq": shown.version,
    }


def _difference(before: Levels, now: Levels) -> Levels:
    """Return the levels that are new or have another size, and those that left, at size 0."""
    old, new = dict(before), dict(now)
    gone = [(price, Decimal(0)) for price in old if price not in new]
    return gone + [(price, size) for price, size in now if old.get(price) != size]


def _trade(one: PublicTrade) -> Json:
    return {
        "T": one.time_ms,
        "s": one.symbol,
        "S": shapes.taker_side(one),
        "v": number(one.quantity),
        "p": number(one.price),
        "i": str(one.id),
        "BT": False,
        "RPI": False,
    }
