"""A client of the Bybit side that signs by its own code."""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import aiohttp

WAIT_S = 20


def now_ms() -> int:
    return int(time.time() * 1000)  # noqa: TID251 - the client's own clock


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def headers(keys: Any, payload: str, *, sent_ms: int | None = None) -> dict[str, str]:
    """Sign a query string or a body with a window of five seconds."""
    stamp = str(now_ms() if sent_ms is None else sent_ms)
    return {
        "X-BAPI-API-KEY": keys.api_key,
        "X-BAPI-TIMESTAMP": stamp,
        "X-BAPI-RECV-WINDOW": "5000",
        "X-BAPI-SIGN": _signature(keys.secret, f"{stamp}{keys.api_key}5000{payload}"),
    }


def get(exchange: Any, keys: Any, path: str, **params: object) -> Any:
    """Send a signed GET for spot and return the whole answer."""
    query = urlencode({"category": "spot"} | params)
    return exchange.call("GET", f"{path}?{query}", headers=headers(keys, query)).body


def post(exchange: Any, keys: Any, path: str, **fields: object) -> Any:
    """Send a signed POST for spot and return the whole answer."""
    body = json.dumps({"category": "spot"} | fields)
    signed = headers(keys, body) | {"Content-Type": "application/json"}
    return exchange.call("POST", path, body=body, headers=signed).body


def order(exchange: Any, keys: Any, **fields: object) -> Any:
    """Place an order: by default a limit buy of 0.1 ETH far below the market."""
    defaults: dict[str, object] = {
        "symbol": "ETHUSDT",
        "side": "Buy",
        "orderType": "Limit",
        "qty": "0.1",
        "price": "1500",
    }
    return post(exchange, keys, "/v5/order/create", **defaults | fields)


async def ask(socket: aiohttp.ClientWebSocketResponse, op: str, *args: object) -> Any:
    """Send an op and return its answer; topic frames before it are dropped."""
    await socket.send_str(json.dumps({"op": op, "req_id": "me", "args": list(args)}))
    while True:
        answer = await socket.receive_json(timeout=WAIT_S)
        if "op" in answer:
            return answer


async def authenticate(socket: aiohttp.ClientWebSocketResponse, keys: Any) -> Any:
    """Authenticate for the next ten seconds."""
    expires = now_ms() + 10_000
    signature = _signature(keys.secret, f"GET/realtime{expires}")
    return await ask(socket, "auth", keys.api_key, expires, signature)


async def frames(socket: aiohttp.ClientWebSocketResponse, count: int, topic: str) -> list[Any]:
    """Return the next frames of a topic."""
    found: list[Any] = []
    while len(found) < count:
        frame = await socket.receive_json(timeout=WAIT_S)
        if frame.get("topic") == topic:
            found.append(frame)
    return found
