"""Lists as CSV (RFC 4180): a row for each item, a column for each field, safe to open anywhere.

A field within a field becomes `balance.total`; what has no columns of its own is written as JSON. A
cell that a spreadsheet would take for a formula gets an apostrophe before it, numbers excepted.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, cast, get_args

from pydantic import BaseModel

CONTENT_TYPE = "text/csv; charset=utf-8"
NEXT_CURSOR = "X-Next-Cursor"
"""The header that tells where the next part begins; absent at the end."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def written(row: type[BaseModel], items: Sequence[BaseModel]) -> str:
    """Write items, all of them rows of that model, below its columns."""
    columns = list(_columns(row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for item in items:
        shown = item.model_dump(mode="json")
        writer.writerow([_cell(_at(shown, column.split("."))) for column in columns])
    return text.getvalue()


def _columns(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = _model(field.annotation)
        if inner is not None:
            yield from (f"{name}.{column}" for column in _columns(inner))
        else:
            yield name


def _model(annotation: object) -> type[BaseModel] | None:
    """Give the model that a field holds, or holds unless it is null."""
    held: list[object] = [each for each in get_args(annotation) if each is not NoneType]
    inner = held[0] if len(held) == 1 else annotation
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _at(shown: Any, path: Sequence[str]) -> Any:
    for name in path:
        shown = cast("Mapping[str, Any]", shown)[name] if shown is not None else None
    return shown


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, separators=(",", ":"))
    if value.startswith(_FORMULA) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
