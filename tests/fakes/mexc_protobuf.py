"""MEXC's protobuf frames, written by field numbers alone."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

Levels = Sequence[tuple[str, str]]


def message(fields: Mapping[int, Any]) -> bytes:
    """Write a message; a list repeats its field, a mapping is a message within."""
    written = b""
    for number, value in fields.items():
        parts = cast("list[Any]", value if isinstance(value, list) else [value])
        written += b"".join(_field(number, each) for each in parts)
    return written


def depths(
    channel: str, first: int, final: int, bids: Levels = (), asks: Levels = (), sent_ms: int = 0
) -> bytes:
    """Write aggreDepths; a side without changes is left out."""
    body: dict[int, Any] = {4: str(first), 5: str(final)}
    body |= {number: _levels(side) for number, side in ((1, asks), (2, bids)) if side}
    return message({1: channel, 3: channel.rpartition("@")[2], 6: sent_ms or final, 313: body})


def deals(channel: str, symbol: str, rows: Sequence[tuple[str, str, int, int, str]]) -> bytes:
    """Write aggreDeals from rows of price, quantity, type, time and id."""
    each = [dict(enumerate(row, start=1)) for row in rows]
    return message({1: channel, 3: symbol, 314: {1: each, 2: channel}})


def book_ticker(channel: str, symbol: str, best: tuple[str, str, str, str], sent_ms: int) -> bytes:
    """Write aggreBookTicker from bid, its quantity, ask, its quantity."""
    body = dict(enumerate(best, start=1))
    return message({1: channel, 3: symbol, 6: sent_ms, 315: body})


def _levels(side: Levels) -> list[dict[int, str]]:
    return [{1: price, 2: quantity} for price, quantity in side]


def _field(number: int, value: Any) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = message(cast("Mapping[int, Any]", value)) if isinstance(value, Mapping) else value
    data = data.encode() if isinstance(data, str) else data
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    written = b""
    while value >= 0x80:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])
