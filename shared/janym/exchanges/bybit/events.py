"""Bybit's frames that are no book: trades, best prices, answers.

    {"topic": "publicTrade.BTCUSDT", "type": "snapshot", "ts": 1672304486868, "data": [
      {"T": 1672304486865, "s": "BTCUSDT", "S": "Buy", "v": "0.001", "p": "16578.50",
       "i": "20f43950-d8dd-5b31-9112-a178eb6023af", "BT": false, "seq": 1783284617}]}
    {"topic": "orderbook.1.BTCUSDT", "type": "snapshot", "ts": 1672304484978, "data":
      {"s": "BTCUSDT", "b": [["16493.50", "0.006"]], "a": [["16611.00", "0.029"]], "u": 18521288}}
    {"success": true, "ret_msg": "", "conn_id": "2324d924", "req_id": "1", "op": "subscribe"}
    {"success": true, "ret_msg": "pong", "conn_id": "0970e817", "op": "ping"}
    {"req_id": "test", "op": "pong", "args": ["1675418560633"], "conn_id": "cfcb4ocsvfriu23r3er0"}

`S` is what the taker did. Best prices always come whole, and again after 3 s without a change.

Bybit, "Connect", "Trade", "Orderbook" (v5 public WebSocket, 2026-07-24).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from janym.domain.market import Bbo, Trade
from janym.domain.trading import Side
from janym.feeds.dialect import Denied, PairOf, Said, Taken
from janym.ports.feeds import Alive, Unknown

Row = dict[str, Any]

MS = 1_000_000
ZERO = Decimal(0)
SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        given = msgspec.json.decode(frame)
        if not isinstance(given, dict):
            raise TypeError("no object")  # noqa: TRY301 - told like the others
        return _read(cast("Row", given), pair_of, at_ns)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _read(frame: Row, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    topic = str(frame.get("topic", ""))
    if topic.startswith("publicTrade."):
        return [_trade(row, pair_of, at_ns) for row in frame["data"]]
    if topic.startswith("orderbook.1.") and frame["type"] == "snapshot":
        return (_best(frame["data"], int(frame["ts"]), pair_of, at_ns),)
    if topic:
        said = f"{frame.get('type', 'message')} of {topic} is not read"
        return (Unknown(reason=said, excerpt=repr(frame)[:80]),)
    return (_answer(frame),)


def _answer(frame: Row) -> Said:
    operation, said = frame.get("op"), str(frame.get("ret_msg", ""))
    if operation in {"ping", "pong"} or said == "pong":
        return Alive(what="pong")
    if operation == "subscribe" or frame.get("type") == "COMMAND_RESP":
        if frame["success"] is True:
            return Taken(id=frame.get("req_id"))
        return Denied(reason=said or "not taken", id=frame.get("req_id"))
    if operation == "unsubscribe":
        return Alive(what="unsubscribed")
    return Unknown(reason=f"operation {operation!r} is not read", excerpt=repr(frame)[:80])


def _trade(row: Row, pair_of: PairOf, at_ns: int) -> Said:
    pair = pair_of(row["s"])
    if pair is None:
        return Alive(what=f"a trade of {row['s']}")
    price, size = Decimal(row["p"]), Decimal(row["v"])
    return Trade(pair, str(row["i"]), price, size, SIDES[row["S"]], int(row["T"]) * MS, at_ns)


def _best(row: Row, ts: int, pair_of: PairOf, at_ns: int) -> Said:
    pair = pair_of(row["s"])
    if pair is None:
        return Alive(what=f"best prices of {row['s']}")
    bid, bid_size = _level(row["b"])
    ask, ask_size = _level(row["a"])
    return Bbo(pair, bid, bid_size, ask, ask_size, int(row["u"]), ts * MS, at_ns)


def _level(levels: Sequence[Sequence[str]]) -> tuple[Decimal | None, Decimal]:
    return (Decimal(levels[0][0]), Decimal(levels[0][1])) if levels else (None, ZERO)
