"""Who signed a request, and whether in time.

REST signs timestamp, key, window, then the query string or the body, all as sent. A private
stream signs the moment until which the signature is good. Both are HMAC-SHA256 in lower-case hex.

The headers are `X-BAPI-API-KEY`, `-TIMESTAMP` (ms), `-RECV-WINDOW` (ms) and `-SIGN`; a private
stream sends `{"op": "auth", "args": [key, expires_ms, signature]}`.

https://github.com/bybit-exchange/docs/blob/master/docs/v5/guide.mdx
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.bybit import errors

KEY_HEADER = "X-BAPI-API-KEY"
TIME_HEADER = "X-BAPI-TIMESTAMP"
WINDOW_HEADER = "X-BAPI-RECV-WINDOW"
SIGN_HEADER = "X-BAPI-SIGN"
DEFAULT_WINDOW_MS = 5_000
AHEAD_MS = 1_000
WHOLE = r"[0-9]{1,16}"


def sign(secret: str, payload: str) -> str:
    """Return the lower-case hex signature of a payload."""
    return hmac.new(secret.encode(), payload.encode(errors="replace"), sha256).hexdigest()


def known(accounts: Mapping[str, Account], api_key: str) -> Account:
    """Return the account of an API key, or raise Bybit's answer to a bad one."""
    account = accounts.get(api_key)
    if account is None:
        raise errors.rejected_key()
    return account


def check(account: Account, headers: Mapping[str, str], payload: str, *, now_ms: int) -> None:
    """Raise Bybit's error unless a REST request is signed by the account, and in time."""
    sent, window = headers.get(TIME_HEADER, ""), headers.get(WINDOW_HEADER, "")
    if not re.fullmatch(WHOLE, sent):
        raise errors.bad_parameter(f"{TIME_HEADER} must be Unix milliseconds")
    if window and not re.fullmatch(WHOLE, window):
        raise errors.bad_parameter(f"{WINDOW_HEADER} must be milliseconds")
    window_ms = int(window) if window else DEFAULT_WINDOW_MS
    if not now_ms - window_ms <= int(sent) < now_ms + AHEAD_MS:
        raise errors.out_of_time(int(sent), now_ms, window_ms)
    signed = f"{sent}{account.api_key}{window}{payload}"
    _compare(sign(account.secret, signed), headers.get(SIGN_HEADER, ""))


def check_stream(account: Account, expires_ms: int, signature: str, *, now_ms: int) -> None:
    """Raise Bybit's error unless a stream is authenticated by the account, and in time."""
    if expires_ms <= now_ms:
        raise errors.out_of_time(expires_ms, now_ms, 0)
    _compare(sign(account.secret, f"GET/realtime{expires_ms}"), signature)


def _compare(expected: str, given: str) -> None:
    if not hmac.compare_digest(expected.encode(), given.lower().encode(errors="replace")):
        raise errors.bad_signature()
