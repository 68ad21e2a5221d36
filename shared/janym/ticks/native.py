"""ClickHouse's Native format: columns of a block, written from integers without a detour.

A decimal goes over the wire as its integer, a moment as its nanoseconds, so rows of a book are
written as the book counts them: three to four times faster than through a driver's own
conversions, and exact by construction.

https://clickhouse.com/docs/interfaces/formats/Native
"""

import sys
from array import array
from collections.abc import Iterable
from itertools import accumulate

PLACES = 18
"""Decimal places of prices and amounts in the tables."""

DIGITS = 38
"""Of a decimal in all."""

DECIMAL = f"Decimal({DIGITS}, {PLACES})"
LEVELS = f"Array(Tuple({DECIMAL}, {DECIMAL}))"

_BIG = sys.byteorder == "big"


def text(value: str) -> bytes:
    """Write a string: its length, then its bytes."""
    encoded = value.encode()
    return varint(len(encoded)) + encoded


def varint(value: int) -> bytes:
    """Write an unsigned number, seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def unsigned(values: Iterable[int]) -> bytes:
    """Write numbers of 64 bits.

    Raises:
        OverflowError: one is negative or has more.
    """
    return _bytes(array("Q", values))


def signed(values: Iterable[int]) -> bytes:
    """Write numbers of 64 bits with a sign; moments are such."""
    return _bytes(array("q", values))


def decimals(values: Iterable[int]) -> bytes:
    """Write decimals given as whole numbers of 10^-18.

    Raises:
        OverflowError: one has more than 128 bits.
    """
    return b"".join([value.to_bytes(16, "little", signed=True) for value in values])


def offsets(lengths: Iterable[int]) -> bytes:
    """Write where each of several arrays ends."""
    return unsigned(accumulate(lengths))


def block(rows: int, columns: Iterable[tuple[str, str, bytes]]) -> bytes:
    """Put a block together: each column has a name, a type and its written values."""
    parts = [(text(name) + text(kind) + values) for name, kind, values in columns]
    return varint(len(parts)) + varint(rows) + b"".join(parts)


def _bytes(values: "array[int]") -> bytes:
    if _BIG:
        values.byteswap()
    return values.tobytes()
