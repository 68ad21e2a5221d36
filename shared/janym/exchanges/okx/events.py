"""OKX's frames that are no book: trades, best prices, answers, notices.

    {"arg": {"channel": "trades", "instId": "BTC-USDT"}, "data": [
      {"instId": "BTC-USDT", "tradeId": "130639474", "px": "42219.9", "sz": "0.12060306",
       "side": "buy", "ts": "1630048897897", "count": "3"}]}
    {"arg": {"channel": "bbo-tbt", "instId": "BTC-USDT"}, "data": [
      {"asks": [["8476.98", "415", "0", "13"]], "bids": [["8476.97", "256", "0", "12"]],
       "ts": "1597026383085", "seqId": 123456}]}
    {"event": "subscribe", "arg": {"channel": "books", "instId": "BTC-USDT"}, "connId": "a4d3ae55"}
    {"event": "error", "code": "60012", "msg": "Invalid request", "connId": "a4d3ae55"}
    {"event": "notice", "code": "64008", "msg": "The connection will soon be closed ..."}
    pong

`side` is what the taker did. A notice 64008 comes 60 s before an upgrade cuts the connection.

OKX, "WebSocket: Overview, Subscribe, Notification" and "WS / Trades channel" (API v5, 2026-09).
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
ZERO = Decimal(0)
ABOUT_TO_CLOSE = "64008"
TRADES = ("trades", "trades-all")


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    if frame == b"pong":
        return (Alive(what="pong"),)
    try:
        given = msgspec.json.decode(frame)
        if not isinstance(given, dict):
            raise TypeError("no object")  # noqa: TRY301 - told like the others
        return _read(cast("Row", given), pair_of, at_ns)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _read(frame: Row, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    if "event" in frame:
        return (_answer(frame),)
    channel, symbol = frame["arg"]["channel"], frame["arg"].get("instId", "")
    if channel not in {*TRADES, "bbo-tbt"}:
        return (Unknown(reason=f"channel {channel!r} is not read", excerpt=repr(frame)[:80]),)
    pair = pair_of(symbol)
    if pair is None:
        return (Alive(what=f"{channel} of {symbol}"),)
    if channel in TRADES:
        return [
            Trade(
                pair,
                row["tradeId"],
                Decimal(row["px"]),
                Decimal(row["sz"]),
                Side(row["side"]),
                int(row["ts"]) * MS,
                at_ns,
            )
            for row in frame["data"]
        ]
    return [
        Bbo(
            pair,
            *_level(row["bids"]),
            *_level(row["asks"]),
            int(row.get("seqId", 0)),
            int(row["ts"]) * MS,
            at_ns,
        )
        for row in frame["data"]
    ]


def _answer(frame: Row) -> Said:
    event = frame["event"]
    argument: Row = frame.get("arg") or {}
    topics = [f"{argument['channel']}:{argument.get('instId', '')}"] if argument else []
    if event == "subscribe":
        return Taken(topics=topics)
    if event == "error":
        return Denied(reason=f"{frame['msg']} ({frame['code']})", topics=topics)
    if event == "notice" and frame.get("code") == ABOUT_TO_CLOSE:
        return Close(reason=str(frame["msg"]), planned=True)
    if event in {"unsubscribe", "channel-conn-count", "notice"}:
        return Alive(what=str(event))
    return Unknown(reason=f"event {event!r} is not read", excerpt=repr(frame)[:80])


def _level(levels: Sequence[Sequence[str]]) -> tuple[Decimal | None, Decimal]:
    return (Decimal(levels[0][0]), Decimal(levels[0][1])) if levels else (None, ZERO)
