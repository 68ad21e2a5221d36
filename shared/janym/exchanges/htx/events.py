"""HTX's frames that are no book message: trades, best prices, answers, pings.

    {"ping": 1492420473027}
    {"id": "1", "status": "ok", "subbed": "market.btcusdt.bbo", "ts": 1489474081631}
    {"id": "1", "status": "error", "err-code": "bad-request", "err-msg": "invalid topic market.x"}
    {"ch": "market.btcusdt.trade.detail", "ts": 1616243199157, "tick": {"id": 123140716701, "data":
     [{"tradeId": 102357140867, "id": 123140716701236887569077664, "ts": 1616243199156,
       "amount": 1.98E-4, "price": 58911.07, "direction": "sell"}]}}
    {"ch": "market.btcusdt.bbo", "ts": 1575158404058, "tick": {"seqId": 103273695595,
     "ask": 7543.59, "askSize": 2.323241, "bid": 7541.16, "bidSize": 0.002329,
     "quoteTime": 1575158404057}}
    {"ch": "market.BTC-USDT.trade.detail", "ts": 1722863196449, "tick": {"data": [{"amount": 196,
     "id": 1000219512747480000, "price": 2246.49, "direction": "sell", "ts": 1722863196444}]}}
    {"ch": "market.BTC-USDT.bbo", "ts": 1654031855127, "tick": {"bid": [31784.1, 5911],
     "ask": [31784.2, 4], "version": 108746530167, "ts": 1654031855127}}

Spot's trade ids are `tradeId`; the `id` beside it is longer than 64 bits. Swaps count in contracts,
and `amount` there is the sum of what was bought and what was sold; it is handed on as it is.

HTX, "Trade Detail", "Best Bid/Offer", "Websocket Market Data" (spot, 2021-06; USDT-margined
contracts, 2021-06).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from janym.domain.market import Bbo, Pair, Trade
from janym.domain.trading import Side
from janym.exchanges.htx import books
from janym.feeds.dialect import Denied, PairOf, Said, Taken
from janym.ports.feeds import Alive, Send, Unknown

Row = dict[str, Any]

MS = 1_000_000

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        given = _decode(frame)
        if not isinstance(given, dict):
            raise TypeError("no object")  # noqa: TRY301 - one way out for all that is not understood
        row = cast("Row", given)
        if "rep" in row and row.get("status") == "ok":
            return (books.offered(frame),)
        return _pushed(row, pair_of, at_ns) if "ch" in row else (_answer(row),)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _answer(row: Row) -> Said:
    if "ping" in row:
        return Send(frame=f'{{"pong":{int(row["ping"])}}}', urgent=True)
    if row.get("status") == "error":
        return Denied(reason=f"{row.get('err-msg')} ({row.get('err-code')})", id=row.get("id"))
    if "subbed" in row:
        return Taken(topics=(row["subbed"],))
    if "unsubbed" in row:
        return Alive(what=f"unsubscribed {row['unsubbed']}")
    return Unknown(reason="an answer of no known kind", excerpt=repr(row)[:80])


def _pushed(row: Row, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    channel: str = row["ch"]
    _, symbol, what = channel.split(".", 2)
    if what not in {"trade.detail", "bbo"}:
        return (Unknown(reason=f"channel {channel!r} is not read", excerpt=repr(row)[:80]),)
    pair = pair_of(symbol)
    if pair is None:
        return (Alive(what=f"{what} of {symbol}"),)
    tick: Row = row["tick"]
    if what == "bbo":
        return (_best(tick, pair, at_ns),)
    return [_trade(trade, pair, at_ns) for trade in tick["data"]]


def _trade(row: Row, pair: Pair, at_ns: int) -> Trade:
    return Trade(
        pair,
        str(row.get("tradeId") or row["id"]),
        Decimal(row["price"]),
        Decimal(row["amount"]),
        Side(row["direction"]),
        int(row["ts"]) * MS,
        at_ns,
    )


def _best(tick: Row, pair: Pair, at_ns: int) -> Bbo:
    if "seqId" in tick or "bidSize" in tick:
        best = (tick["bid"], tick["bidSize"], tick["ask"], tick["askSize"])
        sequence, happened = tick.get("seqId", 0), tick["quoteTime"]
    else:
        best = (*(tick.get("bid") or (0, 0)), *(tick.get("ask") or (0, 0)))
        sequence, happened = tick["version"], tick["ts"]
    bid, bid_size, ask, ask_size = (Decimal(each or 0) for each in best)
    return Bbo(
        pair,
        bid or None,
        bid_size,
        ask or None,
        ask_size,
        int(sequence),
        int(happened) * MS,
        at_ns,
    )
