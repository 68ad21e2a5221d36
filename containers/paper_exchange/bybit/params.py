"""Reading Bybit's request parameters: strings in, values or Bybit's own errors out."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from containers.paper_exchange.bybit import errors

DECIMAL = r"[0-9]{1,20}(\.[0-9]{1,20})?"
LONG = r"[0-9]{1,18}"
CLIENT_ID = r"[a-zA-Z0-9-_]{1,36}"

Params = Mapping[str, str]


def body(text: str) -> dict[str, str]:
    """Return the fields of a JSON body as text; Bybit takes numbers as strings."""
    try:
        given: object = json.loads(text or "{}", parse_float=str, parse_int=str)
    except ValueError as bad:
        raise errors.bad_parameter("the body must be JSON") from bad
    if not isinstance(given, dict):
        raise errors.bad_parameter("the body must be an object")
    fields = cast("dict[str, object]", given)
    return {name: str(value) for name, value in fields.items() if value is not None}


def spot(params: Params) -> None:
    """Raise unless the category is the one that is traded here."""
    category = params.get("category", "")
    if category != "spot":
        raise errors.bad_parameter(f"category {category!r} is not served; this is spot")


def required(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not value:
        raise errors.bad_parameter(f"params error: {name} is required")
    return value


def decimal(params: Params, name: str) -> Decimal:
    value = required(params, name)
    if not re.fullmatch(DECIMAL, value):
        raise errors.bad_parameter(f"params error: {name} must be a positive number")
    return Decimal(value)


def integer(params: Params, name: str) -> int | None:
    """Return a whole number, or None where it is absent."""
    value = params.get(name, "")
    if not value:
        return None
    if not re.fullmatch(LONG, value):
        raise errors.bad_parameter(f"params error: {name} must be a whole number")
    return int(value)


def limit(params: Params, *, default: int, most: int) -> int:
    """Return `limit`, cut to what the endpoint gives at most."""
    given = integer(params, "limit")
    return default if given is None else max(1, min(given, most))


def client_id(params: Params) -> str | None:
    value = params.get("orderLinkId", "")
    if not value:
        return None
    if not re.fullmatch(CLIENT_ID, value):
        raise errors.bad_parameter("params error: orderLinkId takes 36 of letters, digits, - and _")
    return value
