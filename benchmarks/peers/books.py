"""Other people's order books on the frames that ours are measured with; runs in their environment.

`python books.py PEER STREAM FILE [SNAPSHOT]` hands each line of FILE to the message handler that
PEER calls for each frame of its socket, and reads the best bid and offer after each, as a
subscriber does. It prints one line of JSON: messages, seconds of processor time, and the best
levels of the book at the end.
"""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Coroutine
from decimal import Decimal
from pathlib import Path
from typing import Any

SHOWN = 40
LONG_ENOUGH = 0.2
"""Seconds for which the frames are heard anew, as ours are."""
Levels = list[list[float]]
Run = Callable[[], Coroutine[Any, Any, None]]
Shown = Callable[[], tuple[Levels, Levels]]


def cryptofeed(
    stream: str, frames: list[str], snapshot: dict[str, Any] | None
) -> tuple[Run, Shown]:
    """Use cryptofeed's feed classes, with a callback that reads the best prices."""
    from cryptofeed import exchanges
    from cryptofeed.defines import L2_BOOK
    from cryptofeed.symbols import Symbols
    from cryptofeed.types import OrderBook

    logging.disable(logging.CRITICAL)
    pair = "BTC-USDT-PERP"
    kind, venue = {
        "bybit": (exchanges.Bybit, "BYBIT"),
        "binance": (exchanges.BinanceFutures, "BINANCE_FUTURES"),
    }[stream]
    Symbols.set(venue, {pair: "BTCUSDT"}, {"instrument_type": {pair: "perpetual"}})
    best: list[Decimal] = []

    async def seen(book: Any, _: float) -> None:
        best[:] = [book.book.bids.index(0)[0], book.book.asks.index(0)[0]]

    feed = kind(symbols=[pair], channels=[L2_BOOK], callbacks={L2_BOOK: seen})

    class Connection:
        uuid = "peer"
        address = "wss://stream.bybit.com/v5/public/linear"
        subscription: dict[str, Any] = {}

    if snapshot is not None:
        sides = {
            side: {Decimal(price): Decimal(size) for price, size in snapshot[side]}
            for side in ("bids", "asks")
        }
        feed._l2_book[pair] = OrderBook(feed.id, pair, max_depth=0, **sides)
        feed.last_update_id[pair] = snapshot["lastUpdateId"]

    async def run() -> None:
        handle, connection = feed.message_handler, Connection()
        for frame in frames:
            await handle(frame, connection, 0.0)

    def shown() -> tuple[Levels, Levels]:
        book = feed._l2_book[pair].book
        return tuple(
            [[float(part) for part in side.index(rank)] for rank in range(min(SHOWN, len(side)))]
            for side in (book.bids, book.asks)
        )

    return run, shown


def ccxt(stream: str, frames: list[str], snapshot: dict[str, Any] | None) -> tuple[Run, Shown]:
    """Use ccxt.pro's exchange classes; each resolved wait is waited for again, as a loop does."""
    import ccxt.pro
    from aiohttp import WSMessage, WSMsgType
    from ccxt.async_support.base.ws.client import Client

    pair = "BTC/USDT:USDT"
    market = {
        "id": "BTCUSDT", "symbol": pair, "base": "BTC", "quote": "USDT", "settle": "USDT",
        "baseId": "BTC", "quoteId": "USDT", "settleId": "USDT", "type": "swap", "spot": False,
        "swap": True, "future": False, "option": False, "contract": True, "linear": True,
        "inverse": False, "active": True, "precision": {"price": 1e-8, "amount": 1e-8},
        "limits": {}, "info": {},
    }  # fmt: skip
    exchange, url, awaited = {
        "bybit": (ccxt.pro.bybit, "wss://stream.bybit.com/v5/public/linear", "orderbook:"),
        "binance": (ccxt.pro.binance, "wss://fstream.binance.com/stream", "orderbook::"),
    }[stream]
    venue = exchange()
    venue.set_markets([market])
    best: list[float] = []

    def complain(*said: object) -> None:
        raise RuntimeError(said)

    async def run() -> None:
        client = Client(url, venue.handle_message, complain, complain, complain, {})
        venue.clients = {url: client}
        client.subscriptions[f"books:{pair}"] = True
        if snapshot is not None:
            book = venue.orderbooks[pair] = venue.order_book({}, 1000)
            whole = {
                side: [[float(p), float(q)] for p, q in snapshot[side]] for side in ("bids", "asks")
            }
            book.reset(
                {**whole, "nonce": snapshot["lastUpdateId"], "timestamp": None, "symbol": pair}
            )
        waits = awaited + pair
        client.future(waits)
        for frame in frames:
            client.handle_message(WSMessage(WSMsgType.TEXT, frame, None))
            if waits not in client.futures:
                client.future(waits)
                book = venue.orderbooks[pair]
                best[:] = [book["bids"][0][0], book["asks"][0][0]]

    def shown() -> tuple[Levels, Levels]:
        book = venue.orderbooks[pair]
        return tuple([list(level[:2]) for level in book[side][:SHOWN]] for side in ("bids", "asks"))

    return run, shown


def main() -> None:
    peer, stream, file, *rest = sys.argv[1:]
    frames = Path(file).read_text().splitlines()
    snapshot = json.loads(Path(rest[0]).read_text()) if rest else None
    messages, seconds = 0, 0.0
    while seconds < LONG_ENOUGH:
        run, shown = {"cryptofeed": cryptofeed, "ccxt": ccxt}[peer](stream, frames, snapshot)
        began = time.process_time()
        asyncio.run(run())
        messages, seconds = messages + len(frames), seconds + time.process_time() - began
    bids, asks = shown()
    print(json.dumps({"messages": messages, "seconds": seconds, "bids": bids, "asks": asks}))


if __name__ == "__main__":
    main()
