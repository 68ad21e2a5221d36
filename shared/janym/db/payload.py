"""Many rows as one parameter: JSON that `json_to_recordset` turns back into columns.

Decimals travel as strings, so that none becomes a float. What JSON or PostgreSQL cannot hold (a NUL
character, half a surrogate pair, NaN, an integer of more than 64 bits) is replaced by what is
closest to it: one odd log line must not keep a batch out.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

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
    if isinstance(value, Mapping):
        items = cast("Mapping[object, Any]", value).items()
        return {text(str(key)): _clean(item) for key, item in items}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in cast("Sequence[Any]", value)]
    return _clean_leaf(value)


def _clean_leaf(value: object) -> object:
    match value:
        case str():
            return text(value)
        case float():
            return value if math.isfinite(value) else None
        case int():
            return value if abs(value) <= _LARGEST else str(value)
        case _:
            return value
