"""The book that another library ends with, after frames that it is handed; runs in its environment.

Standard input is one line of JSON: `peer`, `venue`, `market`, `symbol` as the venue spells it, the
`frames` in base64, and a `snapshot` with `bids`, `asks` and `sequence` where the book begins beside
its stream. Standard output is one too: `bids` and `asks`, best first. The frames go where the
library's own socket puts them.
"""

import asyncio
import base64
import json
import logging
import sys
from decimal import Decimal
from typing import Any

PAIRS = {"spot": ("BTC-USDT", "BTC/USDT"), "futures": ("BTC-USDT-PERP", "BTC/USDT:USDT")}
Levels = list[list[float]]

CRYPTOFEED = {
    ("binance", "spot"): ("Binance", "wss://stream.binance.com:9443/stream"),
    ("binance", "futures"): ("BinanceFutures", "wss://fstream.binance.com/stream"),
    ("bybit", "spot"): ("Bybit", "wss://stream.bybit.com/v5/public/spot"),
    ("bybit", "futures"): ("Bybit", "wss://stream.bybit.com/v5/public/linear"),
    ("okx", "spot"): ("OKX", "wss://ws.okx.com:8443/ws/v5/public"),
    ("okx", "futures"): ("OKX", "wss://ws.okx.com:8443/ws/v5/public"),
    ("kucoin", "spot"): ("KuCoin", "wss://ws-api-spot.kucoin.com"),
}
"""Feed classes that read changes of books there."""

CCXT = {
    ("binance", "spot"): ("binance", "wss://stream.binance.com:9443/ws/0", ""),
    ("binance", "futures"): ("binanceusdm", "wss://fstream.binance.com/stream", ""),
    ("bybit", "spot"): ("bybit", "wss://stream.bybit.com/v5/public/spot", ""),
    ("bybit", "futures"): ("bybit", "wss://stream.bybit.com/v5/public/linear", ""),
    ("okx", "spot"): ("okx", "wss://ws.okx.com:8443/ws/v5/public", "books:"),
    ("okx", "futures"): ("okx", "wss://ws.okx.com:8443/ws/v5/public", "books:"),
    ("kucoin", "spot"): ("kucoin", "wss://ws-api-spot.kucoin.com", ""),
    ("kucoin", "futures"): ("kucoinfutures", "wss://ws-api-futures.kucoin.com", ""),
    ("htx", "spot"): ("htx", "wss://api.huobi.pro/feed", ""),
    ("htx", "futures"): ("htx", "wss://api.hbdm.com/linear-swap-ws", ""),
    ("mexc", "spot"): ("mexc", "wss://wbs-api.mexc.com/ws", ""),
    ("mexc", "futures"): ("mexc", "wss://contract.mexc.com/edge", ""),
}
"""Exchange classes, addresses, and what a subscription is remembered by."""


class Unasked:
    """Says where to connect, to one who never will."""

    def write(self, *_: object, **__: object) -> dict[str, Any]:
        server = {"endpoint": "wss://ws-api-spot.kucoin.com", "pingInterval": 18_000}
        return {"data": {"token": "none", "instanceServers": [server]}}


async def cryptofeed(told: dict[str, Any], frames: list[bytes]) -> tuple[Levels, Levels]:
    """Hand frames to a feed class."""
    from cryptofeed import exchanges
    from cryptofeed.defines import L2_BOOK
    from cryptofeed.symbols import Symbols
    from cryptofeed.types import OrderBook

    logging.disable(logging.CRITICAL)
    name, url = CRYPTOFEED[told["venue"], told["market"]]
    kind = getattr(exchanges, name)
    pair = told["symbol"] if name == "KuCoin" else PAIRS[told["market"]][0]
    types = {pair: "spot" if told["market"] == "spot" else "perpetual"}
    by_name = "BTC/USDT" if name == "Bybit" and told["market"] == "spot" else told["symbol"]
    Symbols.set(kind.id, {pair: by_name}, {"instrument_type": types})
    if name == "KuCoin":  # it asks where to connect while it is made
        kind.http_sync = Unasked()

    async def seen(book: Any, _: float) -> None:
        del book

    none = {"key_id": "none", "key_secret": "none", "key_passphrase": "none"}
    feed = kind(
        symbols=[pair],
        channels=[L2_BOOK],
        callbacks={L2_BOOK: seen},
        config={"kucoin": none},  # it wants keys for books, and asks nobody with them here
    )
    feed.checksum_validation = False

    class Connection:
        uuid = "peer"
        address = url
        subscription: dict[str, Any] = {}

    given = told["snapshot"]
    if given is not None:
        sides = {
            side: {Decimal(price): Decimal(size) for price, size in given[side]}
            for side in ("bids", "asks")
        }
        feed._l2_book[pair] = OrderBook(feed.id, pair, max_depth=0, **sides)
        numbers = feed.seq_no if name == "KuCoin" else feed.last_update_id
        numbers[pair] = given["sequence"]
    for frame in frames:
        await feed.message_handler(frame.decode(), Connection(), 0.0)
    book = feed._l2_book[pair].book
    return tuple(
        [[float(part) for part in side.index(rank)] for rank in range(len(side))]
        for side in (book.bids, book.asks)
    )


async def ccxt(told: dict[str, Any], frames: list[bytes]) -> tuple[Levels, Levels]:
    """Hand frames to the client of an exchange class."""
    import ccxt.pro
    from aiohttp import WSMessage, WSMsgType

    name, url, hashes = CCXT[told["venue"], told["market"]]
    spot = told["market"] == "spot"
    pair = PAIRS[told["market"]][1]
    market = {
        "id": told["symbol"], "symbol": pair, "base": "BTC", "quote": "USDT", "baseId": "BTC",
        "quoteId": "USDT", "settle": None if spot else "USDT", "active": True, "limits": {},
        "settleId": None if spot else "USDT", "type": "spot" if spot else "swap", "spot": spot,
        "swap": not spot, "future": False, "option": False, "contract": not spot, "info": {},
        "linear": None if spot else True, "inverse": None if spot else False, "contractSize": 1,
        "precision": {"price": 1e-8, "amount": 1e-8},
    }  # fmt: skip
    venue = getattr(ccxt.pro, name)()
    venue.set_markets([market])
    client = venue.client(url)
    client.subscriptions[f"{hashes}{pair}"] = True
    given = told["snapshot"]
    if given is not None:
        book = venue.orderbooks[pair] = venue.order_book({}, 10_000)
        sides = {
            side: [[float(price), float(size)] for price, size in given[side]]
            for side in ("bids", "asks")
        }
        book.reset({**sides, "nonce": given["sequence"], "timestamp": None, "symbol": pair})
    for frame in frames:
        kind = WSMsgType.BINARY if frame[:1] not in b"{[" else WSMsgType.TEXT
        data = frame if kind is WSMsgType.BINARY else frame.decode()
        client.handle_message(WSMessage(kind, data, None))
    await venue.close()
    book = venue.orderbooks[pair]
    return tuple([list(level[:2]) for level in book[side]] for side in ("bids", "asks"))


def main() -> None:
    told = json.loads(sys.stdin.readline())
    frames = [base64.b64decode(frame) for frame in told["frames"]]
    read = {"cryptofeed": cryptofeed, "ccxt": ccxt}[told["peer"]]
    bids, asks = asyncio.run(read(told, frames))
    print(json.dumps({"bids": bids, "asks": asks}))


if __name__ == "__main__":
    main()
