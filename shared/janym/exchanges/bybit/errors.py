"""What Bybit's answers mean.

    {"retCode": 170213, "retMsg": "Order does not exist.", "result": {}, "time": 1672211918471}

A refusal comes with HTTP 200 and a code. Only the codes below say for sure that nothing was
carried out; any other leaves it open. HTTP 403 is the gateway's ban of an address that asked too
often, before anything was done, and HTTP 401 its refusal of a key; HTTP 429 may also come from a
system under load, and says nothing.

https://bybit-exchange.github.io/docs/v5/error
https://bybit-exchange.github.io/docs/v5/rate-limit
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from janym.domain.errors import (
    JanymError,
    OutcomeUnknown,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
from janym.exchanges.bybit import NAME

CLOCK_IS_OFF = 10002
"""The request's time is outside the window, and nothing was done."""

NOT_OPEN = frozenset({110001, 170139, 170142, 170143, 170213})
"""The order to cancel is unknown, filled or cancelled already."""

DEFINITE = NOT_OPEN | frozenset(
    {
        *(10001, CLOCK_IS_OFF, 10003, 10004, 10005, 10007, 10008, 10009, 10010, 10017, 10024),
        *(10027, 10028, 10029, 30208, 30209, 33004, 100028),
        *(110003, 110004, 110005, 110006, 110007, 110012, 110017),
        *range(170121, 170141),
        *(170217, 170218, 170219),
    }
)
"""Codes of a request that was refused, and of which nothing was carried out."""

FAULTS = {
    CLOCK_IS_OFF: VenueFault.CLOCK_SKEW,
    10003: VenueFault.BAD_KEY,
    10004: VenueFault.BAD_KEY,
    10005: VenueFault.RIGHT_MISSING,
    10007: VenueFault.BAD_KEY,
    10009: VenueFault.ADDRESS_NOT_ALLOWED,
    10010: VenueFault.ADDRESS_NOT_ALLOWED,
    10024: VenueFault.REGION_BLOCKED,
    33004: VenueFault.BAD_KEY,
}
"""Invalid key, wrong signature, permission denied, authentication failed, banned address, address
not bound to the key, compliance rules of a region, expired key."""

CLOSED = 503
"""HTTP status while the service restarts."""

BUSY = {
    10006: "too many requests of this key",
    10018: "too many requests from this address",
}
"""Codes of a request that was not handled and may be sent again later."""

RESET_HEADER = "x-bapi-limit-reset-timestamp"
PATIENCE_S = 10
"""How long to wait where the venue asks for patience and does not say how much."""

BANNED_S = 600
"""How long the gateway bans an address."""


def result(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Give what an answer holds, or raise what it means. Header names are in lower case."""
    if status == 403:
        raise Unavailable(f"{NAME} bans this address for a while", retry_after_s=BANNED_S)
    said = _said(body)
    if status == 401:
        code, message = (said["retCode"], str(said.get("retMsg"))) if said else (401, "no such key")
        raise VenueRefused(NAME, str(code), message, FAULTS.get(code, VenueFault.BAD_KEY))
    if status == CLOSED and said is not None:
        raise VenueMaintenance(f"{NAME} is closed for a while", retry_after_s=60)
    if status != 200 or said is None:
        raise OutcomeUnknown(f"{NAME} answered HTTP {status}, not in its own words")
    code = said["retCode"]
    if code == 0:
        return said["result"]
    raise _problem(code, str(said.get("retMsg", "")), _wait_s(headers, said.get("time")))


def is_code(error: VenueRefused, *codes: int) -> bool:
    """Tell whether a refusal has one of these codes."""
    return error.venue_code in map(str, codes)


def _problem(code: int, message: str, wait_s: int) -> JanymError:
    if code in BUSY:
        return Unavailable(f"{NAME}: {BUSY[code]} ({code})", retry_after_s=wait_s)
    if code in DEFINITE:
        return VenueRefused(NAME, str(code), message, FAULTS.get(code, VenueFault.OTHER))
    return OutcomeUnknown(f"{NAME} does not say whether it was done: {message} ({code})")


def _wait_s(headers: Mapping[str, str], now_ms: object) -> int:
    """Give the whole seconds until the limit's window ends, as far as the answer tells."""
    until = headers.get(RESET_HEADER, "")
    if not (until.isascii() and until.isdecimal() and isinstance(now_ms, int)):
        return PATIENCE_S
    return max(1, -(-(int(until) - now_ms) // 1_000))


def _said(body: bytes) -> dict[str, Any] | None:
    try:
        given: Any = json.loads(body, parse_float=Decimal)
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    fields = cast("dict[str, Any]", given)
    whole = isinstance(fields.get("retCode"), int) and isinstance(fields.get("result"), dict)
    return fields if whole else None
