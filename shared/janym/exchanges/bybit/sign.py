"""Bybit's signature of REST requests: HMAC-SHA256 of time, key, window, and query or body.

    GET /v5/order/realtime?category=spot&symbol=BTCUSDT
    X-BAPI-API-KEY: <api key>   X-BAPI-TIMESTAMP: 1658384314791   X-BAPI-RECV-WINDOW: 10000
    X-BAPI-SIGN: hex(HMAC-SHA256(secret, "1658384314791<api key>10000category=spot&symbol=BTCUSDT"))

https://bybit-exchange.github.io/docs/v5/guide#authentication
"""

import hashlib
import hmac

from janym.domain.credential import ExchangeKey

RECV_WINDOW_MS = 10_000
"""How old a request may be when the venue takes it; a later one is refused, not carried out."""


def headers(payload: str, key: ExchangeKey, *, timestamp_ms: int) -> dict[str, str]:
    """Give the headers that sign a query string or a body. The time is the venue's."""
    window = str(RECV_WINDOW_MS)
    text = f"{timestamp_ms}{key.api_key}{window}{payload}"
    digest = hmac.new(key.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {
        "X-BAPI-API-KEY": key.api_key,
        "X-BAPI-TIMESTAMP": str(timestamp_ms),
        "X-BAPI-RECV-WINDOW": window,
        "X-BAPI-SIGN": digest,
        "X-BAPI-SIGN-TYPE": "2",
    }
