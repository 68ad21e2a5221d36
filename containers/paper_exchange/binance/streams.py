"""Market streams: who subscribed to what, and the frames they get.

Depth goes out once per market step, as absolute sizes of the levels that changed: `U` of an
event is `u` of the one before it plus one, and a snapshot's `lastUpdateId` fits between.

    {"e": "depthUpdate", "E": 1672515782136, "s": "BNBBTC", "U": 157, "u": 160,
     "b": [["0.0024", "10"]], "a": [["0.0026", "100"]]}

https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
"""

from collections.abc import Sequence
from decimal import Decimal

import orjson

from containers.paper_exchange.binance import shapes
from containers.paper_exchange.binance.shapes import Json, number
from containers.paper_exchange.exchange import BookChange, Exchange, News
from containers.paper_exchange.readers import Readers
from containers.paper_exchange.tape import AggregateTrade, PublicTrade
from janym.domain.trading import Side
from janym.matching.book import OrderBook

PARTIAL_DEPTHS = (5, 10, 20)


class MarketStreams:
    """All market data connections. A listener of the exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.readers = Readers()
        self._exchange = exchange
        self._tops: dict[str, tuple[object, ...]] = {}
        exchange.listeners.append(self.publish)

    def __len__(self) -> int:
        return len(self.readers)

    def disconnect(self) -> None:
        """Close every market data connection."""
        self.readers.disconnect()

    def publish(self, news: News) -> None:
        """Send trades as they happen, and the top of the book when it has changed."""
        low = news.symbol.lower()
        for trade in news.trades:
            self._send(f"{low}@trade", _trade(trade, news.at_ms))
        for aggregate in news.aggregates:
            self._send(f"{low}@aggTrade", _aggregate(aggregate, news.at_ms))
        self._send_top(news.symbol)

    def publish_books(self, changes: Sequence[BookChange]) -> None:
        """Send what has changed in the books since the last call."""
        for change in changes:
            event: Json = {
                "e": "depthUpdate",
                "E": change.at_ms,
                "s": change.symbol,
                "U": change.before + 1,
                "u": change.version,
                "b": _side(change, Side.BUY),
                "a": _side(change, Side.SELL),
            }
            for speed in ("", "@100ms", "@1000ms"):
                self._send(f"{change.symbol.lower()}@depth{speed}", event)
            self._send_partial(change.symbol)

    def _send_partial(self, symbol: str) -> None:
        book = self._exchange.engine.books[symbol]
        for depth in PARTIAL_DEPTHS:
            for speed in ("", "@100ms", "@1000ms"):
                stream = f"{symbol.lower()}@depth{depth}{speed}"
                if self.readers.has(stream):
                    self._send(stream, snapshot(book, depth))

    def _send_top(self, symbol: str) -> None:
        stream = f"{symbol.lower()}@bookTicker"
        if not self.readers.has(stream):
            return
        top = book_ticker(self._exchange, symbol)
        marks = tuple(top.values())
        if self._tops.get(symbol) == marks:
            return
        self._tops[symbol] = marks
        self._send(
            stream,
            {
                "u": self._exchange.engine.books[symbol].version,
                "s": symbol,
                "b": top["bidPrice"],
                "B": top["bidQty"],
                "a": top["askPrice"],
                "A": top["askQty"],
            },
        )

    def _send(self, stream: str, payload: Json) -> None:
        if self.readers.has(stream):
            self.readers.send(stream, orjson.dumps(payload))


def snapshot(book: OrderBook, limit: int) -> Json:
    """Return a book as `GET /api/v3/depth` and the partial depth streams give it."""
    return {
        "lastUpdateId": book.version,
        "bids": shapes.levels(book.levels(Side.BUY, limit)),
        "asks": shapes.levels(book.levels(Side.SELL, limit)),
    }


def book_ticker(exchange: Exchange, symbol: str) -> Json:
    """Return the best bid and ask; zeros where a side is empty."""
    book = exchange.engine.books[symbol]
    bids, asks = book.levels(Side.BUY, 1), book.levels(Side.SELL, 1)
    nothing = (Decimal(0), Decimal(0))
    (bid, bid_size), (ask, ask_size) = (bids or [nothing])[0], (asks or [nothing])[0]
    return {
        "symbol": symbol,
        "bidPrice": number(bid),
        "bidQty": number(bid_size),
        "askPrice": number(ask),
        "askQty": number(ask_size),
    }


def _side(change: BookChange, side: Side) -> list[list[str]]:
    return shapes.levels((price, size) for changed, price, size in change.levels if changed is side)


def _trade(trade: PublicTrade, at_ms: int) -> Json:
    return {
        "e": "trade",
        "E": at_ms,
        "s": trade.symbol,
        "t": trade.id,
        "p": number(trade.price),
        "q": number(trade.quantity),
        "T": trade.time_ms,
        "m": trade.seller_took,
        "M": True,
    }


def _aggregate(trade: AggregateTrade, at_ms: int) -> Json:
    return {"e": "aggTrade", "E": at_ms, "s": trade.symbol} | shapes.aggregate_trade(trade)
