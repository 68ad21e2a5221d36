"""Who signed a request, and whether in time: HMAC-SHA256, `timestamp`, `recvWindow`.

REST signs the query string followed by the body, without the `signature` pair. The WebSocket
API signs the parameters sorted by name, not URL-encoded, with the API key among them.
https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#request-security
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.binance import errors, params

DEFAULT_WINDOW_MS = 5_000.0
MAX_WINDOW_MS = 60_000.0
AHEAD_MS = 1_000
KEY = r"^[A-Za-z0-9]{16,128}$"
WINDOW = r"^[0-9]{1,5}(\.[0-9]{1,3})?$"
MICROSECONDS_FROM = 10**14
"""A timestamp this large is in microseconds; milliseconds get there in the year 5138."""


def sign(secret: str, payload: str) -> str:
    """Return the lower-case hex signature of a payload."""
    return hmac.new(secret.encode(), payload.encode(errors="replace"), sha256).hexdigest()


def rest_payload(query: str, body: str) -> str:
    """Return what a REST request signs: query and body as sent, without their signature."""
    return _unsigned(query) + _unsigned(body)


def socket_payload(values: Mapping[str, str]) -> str:
    """Return what a WebSocket API request signs."""
    pairs = sorted((name, value) for name, value in values.items() if name != "signature")
    return "&".join(f"{name}={value}" for name, value in pairs)


def known(accounts: Mapping[str, Account], api_key: str) -> Account:
    """Return the account of an API key, or raise Binance's answer to a bad one."""
    if not re.fullmatch(KEY, api_key):
        raise errors.bad_key_format()
    account = accounts.get(api_key)
    if account is None:
        raise errors.rejected_key()
    return account


def check(account: Account, values: params.Params, payload: str, *, now_ms: int) -> None:
    """Raise Binance's error unless the request is signed by the account, and in time."""
    timestamp = params.integer(values, "timestamp")
    if timestamp is None:
        raise errors.missing("timestamp")
    signature = params.required(values, "signature")
    _check_time(timestamp, _window(values), now_ms)
    expected = sign(account.secret, payload)
    if not hmac.compare_digest(expected.encode(), signature.lower().encode(errors="replace")):
        raise errors.bad_signature()


def _check_time(timestamp: int, window_ms: float, now_ms: int) -> None:
    sent_ms = timestamp / 1000 if timestamp >= MICROSECONDS_FROM else timestamp
    if sent_ms >= now_ms + AHEAD_MS:
        raise errors.ahead_of_time()
    if now_ms - sent_ms > window_ms:
        raise errors.outside_window()


def _window(values: params.Params) -> float:
    given = values.get("recvWindow")
    if given is None:
        return DEFAULT_WINDOW_MS
    if not re.fullmatch(WINDOW, given):
        raise errors.illegal("recvWindow", WINDOW)
    if float(given) > MAX_WINDOW_MS:
        raise errors.BinanceError(-1131, "recvWindow must be less than 60000.")
    return float(given)


def _unsigned(encoded: str) -> str:
    return "&".join(pair for pair in encoded.split("&") if not pair.startswith("signature="))
