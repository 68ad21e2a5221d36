"""Reading Binance's request parameters: strings in, values or Binance's own errors out."""

import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import parse_qsl

from containers.paper_exchange.binance import errors

DECIMAL = r"^([0-9]{1,20})(\.[0-9]{1,20})?$"
LONG = r"^[0-9]{1,20}$"
CLIENT_ID = r"^[a-zA-Z0-9-_]{1,36}$"
PLACES = 8
LARGEST = 2**63 - 1

Params = Mapping[str, str]


def parse(*encoded: str) -> dict[str, str]:
    """Merge query string and form body; a name given twice is refused."""
    merged: dict[str, str] = {}
    for text in encoded:
        for name, value in parse_qsl(text, keep_blank_values=True):
            if name in merged:
                raise errors.duplicated()
            merged[name] = value
    return merged


def required(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not value:
        raise errors.missing(name)
    return value


def decimal(params: Params, name: str) -> Decimal:
    """Return a decimal of at most eight places; raises where it is absent."""
    value = required(params, name)
    if not re.fullmatch(DECIMAL, value):
        raise errors.illegal(name, DECIMAL)
    if len(value.partition(".")[2].rstrip("0")) > PLACES:
        raise errors.too_precise(name)
    return Decimal(value)


def integer(params: Params, name: str) -> int | None:
    """Return a whole number, or None where it is absent."""
    value = params.get(name, "")
    if not value:
        return None
    if not re.fullmatch(LONG, value):
        raise errors.illegal(name, LONG)
    number = int(value)
    if number > LARGEST:
        raise errors.overflowed(name)
    return number


def limit(params: Params, *, default: int, most: int) -> int:
    """Return `limit`, cut to what the endpoint gives at most."""
    given = integer(params, "limit")
    return default if given is None else max(1, min(given, most))


def client_id(params: Params, name: str) -> str | None:
    value = params.get(name)
    if value is None:
        return None
    if not re.fullmatch(CLIENT_ID, value):
        raise errors.illegal(name, CLIENT_ID)
    return value
