"""KuCoin's frames that are no book: trades, best prices, answers.

    {"id": "hQvf8jkno", "type": "welcome"}  {"id": "1", "type": "ack"}  {"id": "2", "type": "pong"}
    {"id": "1", "type": "error", "code": 404, "data": "topic /market/xx is not found"}
    {"topic": "/market/match:BTC-USDT", "subject": "trade.l3match", "data": {"symbol": "BTC-USDT",
     "side": "sell", "size": "0.00001255", "price": "24093.9", "time": "1660608000026914990",
     "tradeId": "62fade002e113d292303a18b"}}
    {"topic": "/contractMarket/execution:XBTUSDTM", "subject": "match", "data": {"side": "buy",
     "symbol": "XBTUSDTM", "size": 16, "price": 57850, "ts": 1616362645429686578,
     "tradeId": "6057"}}
    {"topic": "/spotMarket/level1:BTC-USDT", "subject": "level1",
     "data": {"asks": ["9989", "8"], "bids": ["9984", "10"], "timestamp": 1586948108193}}
    {"topic": "/market/ticker:BTC-USDT", "subject": "trade.ticker", "data": {"bestAsk": "0.9052",
     "bestAskSize": "4", "bestBid": "0.9", "bestBidSize": "2", "sequence": "16",
     "time": 1660608019966}}
    {"topic": "/contractMarket/tickerV2:XBTUSDTM", "subject": "tickerV2", "data": {"bestBidSize": 5,
     "bestBidPrice": "31741.0", "bestAskPrice": "31742.0", "bestAskSize": 5,
     "ts": 1654032770009498293, "symbol": "XBTUSDTM", "sequence": 1638549733058}}

`side` is the taker's. Futures count sizes in contracts.

KuCoin, "Websocket" (2023-06); "Trade", "Orderbook - Level1", "Get Ticker V2", "Match execution
data" (API specification, 2025-11).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from janym.domain.market import Bbo, Pair, Trade
from janym.domain.trading import Side
from janym.feeds.dialect import Denied, PairOf, Said, Taken, Welcome
from janym.ports.feeds import Alive, Unknown

Row = dict[str, Any]

MS = 1_000_000

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        return (_read(_decode(frame), pair_of, at_ns),)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _read(given: Any, pair_of: PairOf, at_ns: int) -> Said:
    if not isinstance(given, dict):
        raise TypeError("no object")
    frame = cast("Row", given)
    kind = frame.get("type")
    if kind == "message":
        return _message(frame, pair_of, at_ns)
    if kind == "welcome":
        return Welcome()
    if kind == "ack":
        return Taken(id=frame["id"])
    if kind == "pong":
        return Alive(what="pong")
    if kind == "error":
        return Denied(reason=f"{frame.get('data')} ({frame.get('code')})", id=frame.get("id"))
    return Unknown(reason=f"type {kind!r} is not read", excerpt=repr(frame)[:80])


def _message(frame: Row, pair_of: PairOf, at_ns: int) -> Said:
    topic, _, symbol = frame["topic"].partition(":")
    reader = READERS.get(topic)
    if reader is None:
        return Unknown(reason=f"topic {topic!r} is not read", excerpt=repr(frame)[:80])
    if symbol == "all":
        symbol = frame["subject"]
    pair = pair_of(symbol)
    if pair is None:
        return Alive(what=f"{topic} of {symbol}")
    return reader(frame["data"], pair, at_ns)


def _trade(row: Row, pair: Pair, at_ns: int) -> Said:
    return Trade(
        pair,
        str(row["tradeId"]),
        Decimal(row["price"]),
        Decimal(row["size"]),
        Side(row["side"]),
        int(row.get("time") or row["ts"]),
        at_ns,
    )


def _level1(row: Row, pair: Pair, at_ns: int) -> Said:
    bid, bid_size = row["bids"] or (None, None)
    ask, ask_size = row["asks"] or (None, None)
    return _best(pair, (bid, bid_size, ask, ask_size), 0, int(row["timestamp"]) * MS, at_ns)


def _ticker(row: Row, pair: Pair, at_ns: int) -> Said:
    best = (row["bestBid"], row["bestBidSize"], row["bestAsk"], row["bestAskSize"])
    return _best(pair, best, int(row["sequence"]), int(row["time"]) * MS, at_ns)


def _ticker_v2(row: Row, pair: Pair, at_ns: int) -> Said:
    best = (row["bestBidPrice"], row["bestBidSize"], row["bestAskPrice"], row["bestAskSize"])
    return _best(pair, best, int(row.get("sequence", 0)), int(row["ts"]), at_ns)


def _best(
    pair: Pair, best: tuple[Any, Any, Any, Any], sequence: int, happened_ns: int, at_ns: int
) -> Bbo:
    bid, bid_size, ask, ask_size = (Decimal(each or 0) for each in best)
    return Bbo(pair, bid or None, bid_size, ask or None, ask_size, sequence, happened_ns, at_ns)


READERS: Mapping[str, Callable[[Row, Pair, int], Said]] = {
    "/market/match": _trade,
    "/contractMarket/execution": _trade,
    "/spotMarket/level1": _level1,
    "/market/ticker": _ticker,
    "/contractMarket/tickerV2": _ticker_v2,
}
