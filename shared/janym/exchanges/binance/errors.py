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

from janym.domain.errors import (
    JanymError,
    OutcomeUnknown,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
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

FAULTS = {
    -1002: VenueFault.RIGHT_MISSING,
    CLOCK_IS_OFF: VenueFault.CLOCK_SKEW,
    -1022: VenueFault.BAD_KEY,
    -2008: VenueFault.BAD_KEY,
    -2014: VenueFault.BAD_KEY,
    -2015: VenueFault.KEY_OR_ADDRESS,
}
"""UNAUTHORIZED, INVALID_TIMESTAMP, INVALID_SIGNATURE, BAD_API_ID, BAD_API_KEY_FMT,
REJECTED_MBX_KEY: "Invalid API-key, IP, or permissions for action"."""

SHUTTING_DOWN = -1016
REGION_BLOCKED = 451
"""HTTP status from a restricted region, for every request."""

PATIENCE_S = 10
"""How long to wait where the venue asks for patience and does not say how much."""


def problem(status: int, headers: Mapping[str, str], body: bytes) -> JanymError:
    """Give the error that an answer outside 2xx means. Header names are in lower case."""
    if status in {418, 429}:
        wait = headers.get("retry-after", "")
        seconds = int(wait) if wait.isascii() and wait.isdecimal() else PATIENCE_S
        return Unavailable(f"{NAME} asks for patience (HTTP {status})", retry_after_s=seconds)
    said = _said(body)
    if status == REGION_BLOCKED:
        message = said[1] if said else "restricted location"
        return VenueRefused(NAME, str(status), message, VenueFault.REGION_BLOCKED)
    if said is not None and said[0] == SHUTTING_DOWN:
        return VenueMaintenance(f"{NAME} is closed for a while: {said[1]}", retry_after_s=60)
    if status >= 500 or said is None:
        return OutcomeUnknown(f"{NAME} answered HTTP {status}, not in its own words")
    return _coded(*said)


def _coded(code: int, message: str) -> JanymError:
    if code in UNCERTAIN:
        return OutcomeUnknown(f"{NAME} met {UNCERTAIN[code]} ({code})")
    if code in BUSY:
        return Unavailable(f"{NAME}: {BUSY[code]} ({code})", retry_after_s=PATIENCE_S)
    return VenueRefused(NAME, str(code), message, FAULTS.get(code, VenueFault.OTHER))


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
