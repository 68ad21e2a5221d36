"""How long a warm read of the API takes through the laptop's gateway, on one kept connection.

Beside no peer: the nearest, hummingbot-api, is run with Docker or conda alone.
https://hummingbot.org/hummingbot-api/installation
"""

import http.client
import ssl
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.table import Figure
from local.instruments.platform import Platform

ROUNDS = 5
READS = 200
ROUTES = ("/api/bots", "/api/bots/{bot}", "/api/bots/{bot}/orders")
P50_MS, P99_MS = 5, 20


def measure() -> list[Figure]:
    """Start a platform of its own, make a bot, and read."""
    with tempfile.TemporaryDirectory(prefix="janym-bench-") as folder:
        Path(folder).chmod(0o755)
        platform = Platform.start(Path(folder) / "stack")
        try:
            return _measure(platform)
        finally:
            platform.stop()


def _measure(platform: Platform) -> list[Figure]:
    bot = _bot(platform)
    api = platform.api("trader")
    address = urlsplit(api.base)
    connection = http.client.HTTPSConnection(
        address.hostname or "",
        address.port,
        context=ssl.create_default_context(cafile=api.authority),
        timeout=30,
    )
    headers = {"Authorization": f"Bearer {api.token}"}
    figures: list[Figure] = []
    for route in ROUTES:
        rounds = [_round(connection, route.format(bot=bot), headers) for _ in range(ROUNDS + 1)][1:]
        name = f"GET {route} through the laptop's gateway"
        p50 = [statistics.median(times) for times in rounds]
        p99 = [sorted(times)[int(len(times) * 0.99)] for times in rounds]
        figures += [
            Figure.of(f"{name}, p50", "ms", p50, goal=P50_MS),
            Figure.of(f"{name}, p99", "ms", p99, goal=P99_MS),
        ]
    connection.close()
    return figures


def _round(
    connection: http.client.HTTPSConnection, path: str, headers: dict[str, str]
) -> list[float]:
    times: list[float] = []
    for _ in range(READS):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, body
    return times


def _bot(platform: Platform) -> str:
    api = platform.api("admin")
    api.put("/api/organization", {"name": "Bench"})
    account = platform.exchange().post("/control/accounts", {"balances": {"USDT": "1000"}})
    credential = api.post(
        "/api/exchanges/credentials",
        {"exchange": "binance", "environment": "paper", **account},
    )
    bot = api.post(
        "/api/bots",
        {"name": "Bench", "strategy_type": "pure_market_making", "exchange": "binance",
         "environment": "paper", "trading_pair": "ETH-USDT",
         "credential_id": credential["credential_id"],
         "config": {"bid_spread": "0.001", "ask_spread": "0.001", "order_amount": "0.05",
                    "order_refresh_time": "15"}},
    )  # fmt: skip
    return str(bot["bot_id"])
