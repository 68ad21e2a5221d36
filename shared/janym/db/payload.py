"""Many rows as one parameter: JSON that `json_to_recordset` turns back into columns.

Decimals travel as strings, so that none becomes a float. What JSON or PostgreSQL cannot hold (a NUL
character, half a surrogate pair, NaN, an integer of more than 64 bits) is replaced by what is
closest to it: one odd log line must not keep a batch out.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

_NUL = b"\\u0000"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LARGEST = 2**63 - 1


def encode(rows: Sequence[Mapping[str, Any]]) -> str:
    """Turn rows of texts, numbers, decimals, times, ids, and JSON within them into a JSON array."""
    try:
        encoded = orjson.dumps(rows, default=str)
    except orjson.JSONEncodeError:
        encoded = _NUL
    if _NUL in encoded:
        encoded = orjson.dumps([_clean(row) for row in rows], default=str)
    return encoded.decode()


def text(value: str) -> str:
    """Replace what PostgreSQL cannot hold in a text."""
    return value.replace("\0", _REPLACEMENT).encode("utf-8", "replace").decode()


def _clean(value: Any) -> Any:
    match value:
        case str():
            return text(value)
        case bool():
            return value
        case int():
            return value if abs(value) <= _LARGEST else str(value)
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {text(str(key)): _clean(item) for key, item in _items(value)}
        case list() | tuple():
            return [_clean(item) for item in _sequence(value)]
        case _:
            return str(value) if isinstance(value, Decimal) else value


def _items(value: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    return list(value.items())


def _sequence(value: Sequence[Any]) -> list[Any]:
    return list(value)
