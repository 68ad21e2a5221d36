"""Where the next page of a list begins, as text that callers only hand back.

A cursor holds the sort key of the last row given, so rows added meanwhile shift nothing.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from janym.domain.errors import FieldError, InvalidInput
from janym.ports.unit_of_work import Listing, Page

Key = tuple[datetime, str]
"""Time, then what tells rows of one moment apart."""

LARGEST = 2**63 - 1

Thing = TypeVar("Thing")


def write(key: Key) -> str:
    """Turn a sort key into a cursor."""
    at, rest = key
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), rest]).encode()).decode()


def read(cursor: str | None) -> Key | None:
    """Turn a cursor back into its sort key; None is the beginning.

    Raises:
        InvalidInput: the text is no cursor of ours.
    """
    if cursor is None:
        return None
    try:
        at, rest = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _foreign() from error
    if moment.tzinfo is None or not isinstance(rest, str):
        raise _foreign()
    return moment, rest


def parameters(key: Key | None) -> dict[str, Any]:
    """Give the key as the statement's parameters `at` and `rest`."""
    at, rest = key or (None, None)
    return {"at": at, "rest": rest}


def uuid_parameters(key: Key | None) -> dict[str, Any]:
    """Give the key as the statement's parameters `at` and `id`.

    Raises:
        InvalidInput: the cursor belongs to another list.
    """
    if key is None:
        return {"at": None, "id": None}
    try:
        return {"at": key[0], "id": UUID(key[1])}
    except ValueError as error:
        raise _foreign() from error


def number_parameters(key: Key | None) -> dict[str, Any]:
    """Give the key as the statement's parameters `at` and `number`.

    Raises:
        InvalidInput: the cursor belongs to another list.
    """
    if key is None:
        return {"at": None, "number": None}
    at, text = key
    if not (text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST):
        raise _foreign()
    return {"at": at, "number": int(text)}


def listing(
    rows: Sequence[Any], page: Page, make: Callable[[Any], Thing], key: Callable[[Any], Key]
) -> Listing[Thing]:
    """Make a page of rows that were asked for with one more than the page's limit."""
    shown = rows[: page.limit]
    more = len(rows) > len(shown) and bool(shown)
    return Listing(
        items=[make(row) for row in shown], next_cursor=write(key(shown[-1])) if more else None
    )


def _foreign() -> InvalidInput:
    return InvalidInput(FieldError(field="cursor", reason="is none that this list gave"))
