"""The telemetry of a fleet as a queue brings it: a mix of messages, each in its envelope."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

BOTS = 50
BATCH = 500
"""As in the template."""
SPACE = UUID("0d7a2d49-8b2e-4d34-9a1c-3a2f5f1f3f11")
MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)

Kinds = Callable[[int], Iterator[tuple[str, dict[str, Any]]]]


def bot(number: int) -> UUID:
    """Name one of the bots."""
    return uuid5(SPACE, str(number))


def event(first: int, kinds: Kinds) -> dict[str, Any]:
    """Give a batch of messages, numbered from `first` on."""
    return {"Records": [_record(first + number, kinds) for number in range(BATCH)]}


def _record(number: int, kinds: Kinds) -> dict[str, Any]:
    name, sequence = bot(number % BOTS), number // BOTS + 1
    at = (MORNING + timedelta(milliseconds=sequence * 20)).isoformat()
    kind, payload = next(kinds(number))
    message = {"v": 1, "session": 1, "seq": sequence, "timestamp": at, **payload}
    body = base64.b64encode(json.dumps(message).encode()).decode()
    envelope = {
        "body": body,
        "bot_id": str(name),
        "topic": f"hbot/{name}/{kind}",
        "client_id": str(name),
        "received_ms": 1_700_000_000_000,
    }
    return {"messageId": str(number), "body": json.dumps(envelope)}


def telemetry(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of seven messages: four metrics, three log lines."""
    return _metrics() if number // BOTS % 7 < 4 else _log()


def everything(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of ten messages: four metrics, three log lines, an order, a fill and a status."""
    order = {
        "client_order_id": f"jn{number // 10 % 50:06d}11{number // 10}",
        "exchange_order_id": str(number // 10),
        "trading_pair": "ETH-USDT",
        "order_side": "buy",
        "price": "2000.01",
        "quantity": "0.05",
    }
    place = number // BOTS % 10
    if place < 4:
        yield from _metrics()
    elif place < 7:
        yield from _log()
    elif place == 7:
        yield "orders/new", {**order, "order_type": "limit"}
    elif place == 8:
        fee = {"fee": "0.0001", "fee_asset": "BNB", "fee_price": "600"}
        yield "orders/filled", {**order, **fee, "trade_id": str(number), "maker": True}
    else:
        yield "status", {"status": "running", "uptime_seconds": number}


def _metrics() -> Iterator[tuple[str, dict[str, Any]]]:
    money = {"total": "100000.12", "available": "90000.12", "locked": "10000"}
    pnl = {"total": "1.5", "total_pct": "0.000015", "realized": "1", "unrealized": "0.5"}
    counts = {"active": 2, "filled_24h": 5, "cancelled_24h": 9, "volume_24h": "512.5"}
    yield "metrics", {"balance": money, "pnl": pnl, "orders": counts, "mid_price": "2000.01"}


def _log() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "logs/info", {"message": "a line of ordinary length about an order", "logger": "x"}
