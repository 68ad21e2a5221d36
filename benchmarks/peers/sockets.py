"""Other people's order books behind their own sockets; runs in their environment.

`python sockets.py PEER URL MESSAGES BOOKS` takes Bybit's messages from URL by PEER's own connection
and loop, and reads the best bid and offer of whatever a subscriber is told of. It prints one line
of JSON: the messages that a subscriber was told of, those that were heard, seconds by the wall
clock and of processor time from the first to the last, the best prices at the end, and how many
microseconds after its sending it was told of half of them and of 99 in a hundred, the first tenth
left out, in which books are made.
"""

import asyncio
import json
import logging
import ssl
import sys
import time
from typing import Any

EPOCH_US = 10**12
SILENT_S = 5.0


class Notes:
    """What came, and when."""

    def __init__(self, messages: int, books: int) -> None:
        self.messages, self.timed = messages, books > 1
        self.told = self.heard = 0
        self.began = self.ended = (0.0, 0.0)
        self.best = [0.0, 0.0]
        self.late_us: list[float] = []
        self.last = asyncio.Event()

    def hear(self) -> None:
        if self.heard == 0:
            self.began = clocks()
        self.heard += 1
        self.ended = clocks() if self.heard % 64 == 0 or self.heard == self.messages else self.ended
        if self.heard == self.messages:
            self.last.set()

    def tell(self, best: list[float], sent_us: float) -> None:
        self.told += 1
        self.best = best
        if self.timed:
            self.late_us.append(EPOCH_US + time.monotonic_ns() // 1000 - sent_us)


def clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def symbol(number: int) -> str:
    return "BTCUSDT" if number == 0 else f"P{number}USDT"


async def cryptofeed(url: str, books: int, notes: Notes) -> None:
    """Use cryptofeed's connection and feed, with a callback that reads the best prices."""
    from cryptofeed import exchanges
    from cryptofeed.connection import WSAsyncConn
    from cryptofeed.defines import L2_BOOK
    from cryptofeed.symbols import Symbols

    logging.disable(logging.CRITICAL)
    pairs = {f"{symbol(at)[:-4]}-USDT-PERP": symbol(at) for at in range(books)}
    Symbols.set("BYBIT", pairs, {"instrument_type": dict.fromkeys(pairs, "perpetual")})

    async def seen(book: Any, _: float) -> None:
        best = [float(side.index(0)[0]) for side in (book.book.bids, book.book.asks)]
        notes.tell(best, book.timestamp)

    feed = exchanges.Bybit(symbols=list(pairs), channels=[L2_BOOK], callbacks={L2_BOOK: seen})
    connection = WSAsyncConn("wss://127.0.0.1", "BYBIT", compression=None, max_size=None)
    connection.address, connection.subscription = url, {}
    async with connection.connect() as open_one:
        await open_one.write('{"op":"subscribe"}')
        async for frame in open_one.read():
            if '"topic"' in frame[:20]:
                notes.hear()
            await feed.message_handler(frame, open_one, open_one.last_message)
            if notes.last.is_set():
                notes.ended = clocks()
                return


async def ccxt(url: str, books: int, notes: Notes) -> None:
    """Use ccxt.pro's exchange, with a loop for each book that waits for its next state."""
    import ccxt.pro

    venue = ccxt.pro.bybit()
    venue.cafile = ssl.get_default_verify_paths().cafile or venue.cafile
    names = [symbol(at) for at in range(books)]
    venue.set_markets([_market(name) for name in names])
    venue.urls["api"]["ws"]["public"]["linear"] = url
    venue.enableRateLimit = False
    handle = venue.handle_message

    def heard(client: Any, message: Any) -> None:
        if "topic" in message:
            notes.hear()
        handle(client, message)

    async def watch(name: str) -> None:
        while True:
            book = await venue.watch_order_book(name)
            notes.tell([book["bids"][0][0], book["asks"][0][0]], book["timestamp"])

    venue.handle_message = heard
    watching = [asyncio.create_task(watch(_market(name)["symbol"])) for name in names]
    await notes.last.wait()
    for _ in range(3):
        await asyncio.sleep(0)  # whoever waits for the last one is told
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)
    await venue.close()


def _market(name: str) -> dict[str, Any]:
    base = name[:-4]
    return {
        "id": name, "symbol": f"{base}/USDT:USDT", "base": base, "quote": "USDT",
        "settle": "USDT", "baseId": base, "quoteId": "USDT", "settleId": "USDT", "type": "swap",
        "spot": False, "swap": True, "future": False, "option": False, "contract": True,
        "linear": True, "inverse": False, "active": True, "limits": {}, "info": {},
        "precision": {"price": 1e-8, "amount": 1e-8},
    }  # fmt: skip


async def run(peer: str, url: str, notes: Notes, books: int) -> None:
    """Hear until the last message, or until nothing comes any more."""
    hearing = asyncio.create_task({"cryptofeed": cryptofeed, "ccxt": ccxt}[peer](url, books, notes))
    heard = -1
    while heard != notes.heard:
        heard = notes.heard
        done, _ = await asyncio.wait({hearing}, timeout=SILENT_S)
        if done:
            hearing.result()
            return
    hearing.cancel()


def main() -> None:
    peer, url, messages, books = sys.argv[1:]
    notes = Notes(int(messages), int(books))
    asyncio.run(run(peer, url, notes, int(books)))
    late = sorted(notes.late_us[len(notes.late_us) // 10 :])
    answer = {
        "messages": notes.told,
        "heard": notes.heard,
        "wall": notes.ended[0] - notes.began[0],
        "seconds": notes.ended[1] - notes.began[1],
        "best": notes.best,
        "late_us": [late[len(late) * part // 100] for part in (50, 99)] if late else None,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
