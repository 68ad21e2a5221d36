"""Binance's signature of REST requests: HMAC-SHA256 of the query string.

    GET /api/v3/account?recvWindow=5000&timestamp=1499827319559&signature=<hex>
    X-MBX-APIKEY: <api key>

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/request-security
"""

import hashlib
import hmac
from urllib.parse import urlencode

from janym.domain.credential import ExchangeKey

RECV_WINDOW_MS = 10_000
"""How old a request may be when the venue handles it; a later one is refused, not carried out."""

KEY_HEADER = "X-MBX-APIKEY"


def signed(query: dict[str, str], key: ExchangeKey, *, timestamp_ms: int) -> str:
    """Give the whole query string, signed. The time is the venue's, in milliseconds."""
    timed = {"recvWindow": str(RECV_WINDOW_MS), "timestamp": str(timestamp_ms)}
    text = urlencode(query | timed)
    digest = hmac.new(key.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{text}&signature={digest}"
