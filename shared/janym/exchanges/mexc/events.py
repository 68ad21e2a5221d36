"""MEXC's frames that are no book message: trades, best prices, answers.

Spot's data is protobuf; `books` has the wrapper. aggreDeals: 1 deals · 2 eventType; a deal:
1 price · 2 quantity · 3 tradeType (1 buy, 2 sell) · 4 time · 5 tradeId. aggreBookTicker:
1 bidPrice · 2 bidQuantity · 3 askPrice · 4 askQuantity; an empty text says that there is none. A
frame may have no body: nothing is new. Answers are JSON text:

    {"id": 1, "code": 0, "msg": "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT"}
    {"id": 1, "code": 0, "msg": "Not Subscribed successfully! [spot@…]. Reason: Blocked!"}
    {"id": 0, "code": 0, "msg": "PONG"}

Futures are JSON:

    {"channel": "rs.sub.depth", "data": "success", "ts": 1587442022003}
    {"channel": "rs.error", "data": "Contract doesn't exist!", "ts": 1587442022003}
    {"channel": "pong", "data": 1587453241453}
    {"channel": "push.deal", "symbol": "BTC_USDT", "ts": 1755487578276, "data":
     [{"p": 115309.8, "v": 55, "T": 2, "O": 3, "M": 1, "t": 1755487578276, "i": "13064218826"}]}
    {"channel": "push.depth.full", "symbol": "BTC_USDT", "ts": 1653995843510, "data":
     {"asks": [[31708.5, 74950, 2]], "bids": [[31708, 3210, 1]], "version": 5194972869}}

`T` is what the taker did, 1 bought, 2 sold. Older frames have one deal, not a list, and no `i`.

MEXC, "Trade Streams", "Individual Symbol Book Ticker Streams" (spot v3, 2025-08), field numbers of
the published schema (2025); "Transaction", "Depth" (contract v1, 2025-04; list of deals: 2025-08).
"""

from collections.abc import Sequence
from decimal import Decimal
from re import compile as pattern
from typing import Any, cast

import msgspec

from janym.book import protobuf
from janym.domain.market import Bbo, Pair, Trade
from janym.domain.trading import Side
from janym.feeds.dialect import Denied, PairOf, Said, Taken
from janym.ports.feeds import Alive, Unknown

Row = dict[str, Any]
Fields = dict[int, protobuf.Value]

MS = 1_000_000
SIDES = {1: Side.BUY, 2: Side.SELL}

CHANNEL, SYMBOL, SEND_TIME, DEALS, BOOK_TICKER = 1, 3, 6, 314, 315
PRICE, QUANTITY, TRADE_TYPE, TIME, TRADE_ID = 1, 2, 3, 4, 5

_TOPICS = pattern(r"spot@[^\s,\[\]]+")
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_NOT_READ = (KeyError, TypeError, ValueError, ArithmeticError)


def read_spot(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        if frame.startswith((b"{", b"[")):
            return (_answer(_object(frame)),)
        return _wrapper(dict(protobuf.fields(frame)), pair_of, at_ns)
    except _NOT_READ as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def read_futures(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        return _futures(_object(frame), pair_of, at_ns)
    except _NOT_READ as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _object(frame: bytes) -> Row:
    given = _decode(frame)
    return cast("Row", given) if isinstance(given, dict) else {"channel": "a list"}


# ---- spot


def _answer(row: Row) -> Said:
    if "msg" not in row:
        reason = f"spot's data is protobuf, and this is JSON of {row.get('channel')!r}"
        return Unknown(reason=reason, excerpt=repr(row)[:80])
    said = str(row["msg"])
    if said == "PONG":
        return Alive(what="pong")
    topics = _TOPICS.findall(said)
    if row["code"] != 0 or not said.startswith("spot@"):
        return Denied(reason=f"{said} ({row['code']})", id=row.get("id"), topics=topics)
    return Taken(topics=topics)


def _wrapper(frame: Fields, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    channel = protobuf.text(frame[CHANNEL])
    bodies = frame.keys() & {DEALS, BOOK_TICKER}
    if not bodies:
        fields = sorted(number for number in frame if number > SEND_TIME)
        if not fields:
            return (Alive(what=f"nothing new on {channel}"),)
        return (Unknown(reason=f"body {fields[0]} of {channel!r} is not read", excerpt=channel),)
    symbol = protobuf.text(frame[SYMBOL])
    pair = pair_of(symbol)
    if pair is None:
        return (Alive(what=f"{channel} of no listed pair"),)
    if BOOK_TICKER in bodies:
        sent = frame.get(SEND_TIME, 0)
        return (_ticker(_fields(frame[BOOK_TICKER]), pair, _number(sent) * MS, at_ns),)
    deals = protobuf.fields(_bytes(frame[DEALS]))
    return [_deal(_fields(value), pair, at_ns) for number, value in deals if number == 1]


def _deal(deal: Fields, pair: Pair, at_ns: int) -> Trade:
    return Trade(
        pair,
        protobuf.text(deal.get(TRADE_ID, b"")),
        Decimal(protobuf.text(deal[PRICE])),
        Decimal(protobuf.text(deal[QUANTITY])),
        SIDES[_number(deal[TRADE_TYPE])],
        _number(deal[TIME]) * MS,
        at_ns,
    )


def _ticker(ticker: Fields, pair: Pair, happened_ns: int, at_ns: int) -> Bbo:
    bid, bid_size, ask, ask_size = (
        Decimal(protobuf.text(ticker.get(number, b"")) or 0) for number in (1, 2, 3, 4)
    )
    return Bbo(pair, bid or None, bid_size, ask or None, ask_size, 0, happened_ns, at_ns)


def _fields(value: protobuf.Value) -> Fields:
    return dict(protobuf.fields(_bytes(value)))


def _bytes(value: protobuf.Value) -> bytes:
    if isinstance(value, int):
        raise TypeError("a number where a message should be")
    return value


def _number(value: protobuf.Value) -> int:
    return value if isinstance(value, int) else int(protobuf.text(value))


# ---- futures


def _futures(row: Row, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    channel = str(row.get("channel"))
    if not channel.startswith("push."):
        return (_futures_answer(channel, row),)
    if channel not in {"push.deal", "push.depth.full"}:
        return (Unknown(reason=f"channel {channel!r} is not read", excerpt=repr(row)[:80]),)
    pair = pair_of(row["symbol"])
    if pair is None:
        return (Alive(what=f"{channel} of {row['symbol']}"),)
    data: Any = row["data"]
    if channel == "push.depth.full":
        return (_best(cast("Row", data), pair, int(row["ts"]) * MS, at_ns),)
    if "deals" in data:
        return (Unknown(reason="deals as spot once sent them are not read", excerpt=channel),)
    deals = cast("list[Row]", data if isinstance(data, list) else [data])
    return [_futures_deal(deal, pair, at_ns) for deal in deals]


def _futures_answer(channel: str, row: Row) -> Said:
    if channel == "rs.error":
        return Denied(reason=str(row["data"]))
    if channel.startswith("rs.sub."):
        name = channel.removeprefix("rs.sub.")
        return Taken(group=name)
    if channel == "pong" or channel.startswith("rs."):
        return Alive(what=channel)
    return Unknown(reason=f"channel {channel!r} is not read", excerpt=repr(row)[:80])


def _futures_deal(deal: Row, pair: Pair, at_ns: int) -> Trade:
    return Trade(
        pair,
        str(deal.get("i") or deal["t"]),
        Decimal(deal["p"]),
        Decimal(deal["v"]),
        SIDES[int(deal["T"])],
        int(deal["t"]) * MS,
        at_ns,
    )


def _best(data: Row, pair: Pair, happened_ns: int, at_ns: int) -> Bbo:
    bid, bid_size = (data["bids"] or [(0, 0)])[0][:2]
    ask, ask_size = (data["asks"] or [(0, 0)])[0][:2]
    return Bbo(
        pair,
        Decimal(bid) or None,
        Decimal(bid_size),
        Decimal(ask) or None,
        Decimal(ask_size),
        int(data["version"]),
        happened_ns,
        at_ns,
    )
