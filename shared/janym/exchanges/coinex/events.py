"""CoinEx's frames that are no book: trades, best prices, answers.

    {"id": 1, "code": 0, "message": "OK"}
    {"id": 999999999, "code": 0, "data": {"result": "pong"}, "message": "OK"}
    {"id": 2, "code": 20001, "message": "Invalid argument"}
    {"method": "deals.update", "data": {"market": "BTCUSDT", "deal_list": [{"deal_id": 3514376759,
     "created_at": 1689152421692, "side": "buy", "price": "30718.42", "amount": "0.00000325"}]},
     "id": null}
    {"method": "bbo.update", "data": {"market": "BTCUSDT", "updated_at": 1642145331234,
     "best_bid_price": "20000", "best_bid_size": "0.1", "best_ask_price": "20001",
     "best_ask_size": "0.15"}, "id": null}

A list of deals begins with the newest; `side` is the taker's.

CoinEx API v2, "Market Transactions Subscription", "Market Best Bid & Offer Price Subscription",
"WebSocket: general response" (2026-11).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

import msgspec

from janym.domain.market import Bbo, Pair, Trade
from janym.domain.trading import Side
from janym.feeds.dialect import Denied, PairOf, Said, Taken
from janym.ports.feeds import Alive, Unknown

Row = dict[str, Any]

MS = 1_000_000


def read(frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    """Read a frame that is no book message."""
    try:
        given = msgspec.json.decode(frame)
        if not isinstance(given, dict):
            raise TypeError("no object")  # noqa: TRY301 - one way out for all that is not understood
        return _read(cast("Row", given), pair_of, at_ns)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        return (Unknown(reason=f"not understood: {error!r}", excerpt=repr(frame[:80])),)


def _read(frame: Row, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
    method = frame.get("method")
    if method is None:
        return (_answer(frame),)
    if method not in {"deals.update", "bbo.update"}:
        return (Unknown(reason=f"method {method!r} is not read", excerpt=repr(frame)[:80]),)
    row: Row = frame["data"]
    pair = pair_of(row["market"])
    if pair is None:
        return (Alive(what=f"{method} of {row['market']}"),)
    if method == "bbo.update":
        return (_best(row, pair, at_ns),)
    return [_trade(deal, pair, at_ns) for deal in reversed(row["deal_list"])]


def _answer(frame: Row) -> Said:
    if frame["code"] != 0:
        return Denied(reason=f"{frame['message']} ({frame['code']})", id=frame["id"])
    data = frame.get("data")
    if isinstance(data, dict) and cast("Row", data).get("result") == "pong":
        return Alive(what="pong")
    return Taken(id=frame["id"])


def _trade(deal: Row, pair: Pair, at_ns: int) -> Trade:
    return Trade(
        pair,
        str(deal["deal_id"]),
        Decimal(deal["price"]),
        Decimal(deal["amount"]),
        Side(deal["side"]),
        int(deal["created_at"]) * MS,
        at_ns,
    )


def _best(row: Row, pair: Pair, at_ns: int) -> Bbo:
    bid, ask = Decimal(row["best_bid_price"] or 0), Decimal(row["best_ask_price"] or 0)
    return Bbo(
        pair,
        bid or None,
        Decimal(row["best_bid_size"] or 0),
        ask or None,
        Decimal(row["best_ask_size"] or 0),
        0,
        int(row["updated_at"]) * MS,
        at_ns,
    )
