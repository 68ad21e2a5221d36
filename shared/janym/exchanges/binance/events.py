"""Binance's frames that are no book: trades, best prices, answers, notices.

    {"stream": "btcusdt@trade", "data": {"e": "trade", "E": 1723161256322, "T": 1723161256322,
     "s": "BTCUSDT", "t": 5266583935, "p": "61800.30", "q": "0.006", "m": false}}
    {"stream": "btcusdt@aggTrade", "data": {"e": "aggTrade", "s": "BTCUSDT", "a": 640283266,
     "p": "58942.01", "q": "0.00035", "T": 1616176861893, "m": false}}
    {"stream": "btcusdt@bookTicker", "data": {"u": 1127645101, "s": "BTCUSDT", "b": "8010.00",
     "B": "0.142", "a": "8012.15", "A": "0.031"}}                futures add "e", "T" and "E"
    {"result": null, "id": 1}   {"error": {"code": 2, "msg": "Invalid request"}, "id": 1}
    {"e": "serverShutdown", "E": 1770123456789}

`m` says that the buyer was the maker: then the taker sold.

Binance, "WebSocket Streams" (spot, 2026-07-21); "Websocket Market Streams" (USDⓈ-M, 2026-03-06).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from janym.domain.market import Bbo, Trade
from janym.domain.trading import Side
from janym.feeds.dialect import Denied, PairOf, Said, Taken
from janym.ports.feeds import Alive, Close, Unknown

Row = dict[str, Any]

MS = 1_000_000
IDS = {"trade": "t", "aggTrade": "a"}
"""Where each kind of trade has its number."""


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        given = msgspec.json.decode(frame)
        return (_read(given, pair_of, at_ns),)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _read(given: Any, pair_of: PairOf, at_ns: int) -> Said:
    if not isinstance(given, dict):
        raise TypeError("no object")
    frame = cast("Row", given)
    if "error" in frame or ("code" in frame and "msg" in frame):
        said: Row = frame.get("error") or frame
        return Denied(reason=f"{said.get('msg')} ({said.get('code')})", id=frame.get("id"))
    if "result" in frame and "id" in frame:
        return Taken(id=frame["id"])
    data: Any = frame.get("data", frame)
    if isinstance(data, dict):
        return _event(cast("Row", data), pair_of, at_ns)
    return Unknown(reason=f"{frame.get('stream')} is not read", excerpt=repr(frame)[:80])


def _event(row: Row, pair_of: PairOf, at_ns: int) -> Said:
    event = row.get("e", "bookTicker" if {"u", "b", "B", "a", "A"} <= row.keys() else "")
    if event in IDS:
        return _trade(row, row[IDS[event]], pair_of, at_ns)
    if event == "bookTicker":
        return _best(row, pair_of, at_ns)
    if event == "serverShutdown":
        return Close(reason="the venue is about to restart", planned=True)
    return Unknown(reason=f"event {event!r} is not read", excerpt=repr(row)[:80])


def _trade(row: Row, number: int, pair_of: PairOf, at_ns: int) -> Said:
    pair = pair_of(row["s"])
    if pair is None:
        return Alive(what=f"a trade of {row['s']}")
    return Trade(
        pair,
        str(number),
        Decimal(row["p"]),
        Decimal(row["q"]),
        Side.SELL if row["m"] else Side.BUY,
        int(row["T"]) * MS,
        at_ns,
    )


def _best(row: Row, pair_of: PairOf, at_ns: int) -> Said:
    pair = pair_of(row["s"])
    if pair is None:
        return Alive(what=f"best prices of {row['s']}")
    bid, ask = Decimal(row["b"]), Decimal(row["a"])
    return Bbo(
        pair,
        bid or None,
        Decimal(row["B"]),
        ask or None,
        Decimal(row["A"]),
        int(row["u"]),
        int(row.get("E", 0)) * MS,
        at_ns,
    )
