"""What Binance's refusals mean.

    HTTP 400  {"code": -1121, "msg": "Invalid symbol."}

Most codes are definite: nothing was carried out. Some say that Binance itself does not know.
HTTP 429 and 418 ask for patience and say in `Retry-After` for how many seconds; a 5xx says nothing
of whether the request was carried out.

https://developers.binance.com/docs/binance-spot-api-docs/errors
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-api-information
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from janym.domain.errors import JanymError, OutcomeUnknown, Unavailable, VenueRefused
from janym.exchanges.binance import NAME

CLOCK_IS_OFF = -1021
"""INVALID_TIMESTAMP: the request's time is outside the window, and nothing was done."""

NOT_OPEN = -2011
"""CANCEL_REJECTED: the order to cancel is unknown, or not open any more."""

UNCERTAIN = {
    -1000: "an unknown error while handling the request",
    -1001: "an internal disconnection; it may have been carried out",
    -1006: "an unexpected answer from its own message bus; execution status unknown",
    -1007: "a timeout of its own backend; execution status unknown",
}
"""Codes after which the venue must be asked what became of the request."""

BUSY = {
    -1003: "too many requests",
    -1008: "the server is overloaded",
    -1034: "too many connections",
}
"""Codes of a request that was not handled and may be sent again later."""

PATIENCE_S = 10
"""How long to wait where the venue asks for patience and does not say how much."""


def problem(status: int, headers: Mapping[str, str], body: bytes) -> JanymError:
    """Give the error that an answer outside 2xx means. Header names are in lower case."""
    if status in {418, 429}:
        wait = headers.get("retry-after", "")
        seconds = int(wait) if wait.isascii() and wait.isdecimal() else PATIENCE_S
        return Unavailable(f"{NAME} asks for patience (HTTP {status})", retry_after_s=seconds)
    said = _said(body)
    if status >= 500 or said is None:
        return OutcomeUnknown(f"{NAME} answered HTTP {status}, not in its own words")
    code, message = said
    if code in UNCERTAIN:
        return OutcomeUnknown(f"{NAME} met {UNCERTAIN[code]} ({code})")
    if code in BUSY:
        return Unavailable(f"{NAME}: {BUSY[code]} ({code})", retry_after_s=PATIENCE_S)
    return VenueRefused(NAME, str(code), message)


def is_code(error: VenueRefused, code: int) -> bool:
    """Tell whether a refusal has this code."""
    return error.venue_code == str(code)


def _said(body: bytes) -> tuple[int, str] | None:
    try:
        given: Any = json.loads(body)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    fields = cast("dict[str, Any]", given)
    code, message = fields.get("code"), fields.get("msg")
    return (code, str(message)) if isinstance(code, int) else None
