"""Rate-limit headers: request weight per address and minute, orders per key.

Weights and orders are counted and told, never enforced: one laptop's bots share one address.
A `rate_limit` fault answers 429.
https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#limits
"""

from collections import Counter

MINUTE_MS = 60_000
TEN_SECONDS_MS = 10_000
DAY_MS = 86_400_000
ORDER_PATH = "/api/v3/order"
WEIGHTS = {
    "/api/v3/depth": 5,
    "/api/v3/exchangeInfo": 20,
    "/api/v3/trades": 25,
    "/api/v3/aggTrades": 4,
    "/api/v3/klines": 2,
    "/api/v3/ticker/24hr": 2,
    "/api/v3/ticker/price": 2,
    "/api/v3/ticker/bookTicker": 2,
    "/api/v3/account": 20,
    "/api/v3/allOrders": 20,
    "/api/v3/myTrades": 20,
    "/api/v3/openOrders": 6,
}
"""By path; an order costs 1 to place or cancel and 4 to query, anything else 1."""


class Limits:
    """Counts by window; a window's counts go when the next one begins."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, Counter[str]]] = {}

    def weigh(self, method: str, path: str, address: str, now_ms: int) -> dict[str, str]:
        """Count a request and return the weight headers."""
        weight = 4 if (method, path) == ("GET", ORDER_PATH) else WEIGHTS.get(path, 1)
        used = str(self._add(MINUTE_MS, address, weight, now_ms))
        return {"X-MBX-USED-WEIGHT": used, "X-MBX-USED-WEIGHT-1M": used}

    def count_order(self, api_key: str, now_ms: int) -> dict[str, str]:
        """Count a new order and return the order headers."""
        return {
            "X-MBX-ORDER-COUNT-10S": str(self._add(TEN_SECONDS_MS, api_key, 1, now_ms)),
            "X-MBX-ORDER-COUNT-1D": str(self._add(DAY_MS, api_key, 1, now_ms)),
        }

    def _add(self, window_ms: int, who: str, amount: int, now_ms: int) -> int:
        window = now_ms // window_ms
        began, counts = self._counts.get(window_ms, (window, Counter[str]()))
        if began != window:
            counts = Counter[str]()
        self._counts[window_ms] = (window, counts)
        counts[who] += amount
        return counts[who]
