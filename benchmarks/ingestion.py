"""How many telemetry messages a second the ingest function takes from a queue into Postgres.

The real handler, the real decoder and a real Postgres, on one core, batches of 500 as in the
template; a mix as bots send it: mostly metrics and logs, then orders, fills and status.
"""

import base64
import json
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import psycopg

from benchmarks.table import Figure
from tests.fixtures import services

BOTS = 50
BATCH = 500
BATCHES = 12
ROUNDS = 5
FLOOR = 10_000
SPACE = UUID("0d7a2d49-8b2e-4d34-9a1c-3a2f5f1f3f11")
MORNING = datetime(2026, 11, 21, 8, tzinfo=UTC)


def measure() -> list[Figure]:
    """Run all rounds on one database and give messages a second."""
    with services.room() as folder, services.running_postgres(folder) as server:
        name = _database(server)
        os.environ |= {  # noqa: TID251 - the function reads its environment as in Lambda
            "DATABASE_URL": server.url("ingest", name),
            "DATABASE_AUTH": "url",
            "AWS_DEFAULT_REGION": "us-east-1",
            "POWERTOOLS_LOG_LEVEL": "ERROR",
        }
        from functions.ingest_current import handler  # noqa: PLC0415 - reads its environment

        rounds: list[float] = []
        for number in range(ROUNDS + 1):
            events = [_event(number, batch) for batch in range(BATCHES)]
            began = time.perf_counter()
            for event in events:
                answer = handler.lambda_handler(event, _Context())  # pyright: ignore[reportArgumentType] - the logger reads four names of it
                assert answer == {"batchItemFailures": []}
            rounds.append(BATCH * BATCHES / (time.perf_counter() - began))
        _check(server, name)
    return [
        Figure.of(
            "ingest_current: queue record to Postgres, batches of 500",
            "messages/s",
            rounds[1:],
            floor=FLOOR,
        )
    ]


class _Context:
    function_name = "ingest_current"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:ingest_current"
    aws_request_id = "bench"


def _database(server: services.RunningPostgres) -> str:
    from janym.db.connection import Database  # noqa: PLC0415 - only where a database is
    from janym.db.migrations import migrate  # noqa: PLC0415 - as above

    name = server.create_database(prefix="bench")
    migrate(Database(server.url("janym_owner", name)).connect, today=MORNING.date())
    with psycopg.connect(server.url("postgres", name), autocommit=True) as admin:
        admin.execute(
            "insert into organization (id, name, created_at, updated_at)"
            " values ('bench', 'Bench', now(), now())"
        )
        admin.execute(
            "insert into exchange_credentials (id, organization_id, exchange, environment, label,"
            " api_key_encrypted, api_secret_encrypted)"
            " values (%s, 'bench', 'binance', 'paper', 'default', '', '')",
            (SPACE,),
        )
        for number in range(BOTS):
            admin.execute(
                "insert into bots (id, organization_id, name, strategy_type, exchange, environment,"
                " trading_pair, credential_id, config, tag, status, desired_status, session,"
                " created_at, updated_at)"
                " values (%s, 'bench', %s, 'pmm', 'binance', 'paper', 'ETH-USDT', %s, '{}', %s,"
                " 'running', 'running', 1, now(), now())",
                (_bot(number), f"bot {number}", SPACE, f"{number:06d}"),
            )
    return name


def _check(server: services.RunningPostgres, name: str) -> None:
    """See that what was counted was also stored."""
    with psycopg.connect(server.url("postgres", name)) as admin:
        stored = admin.execute("select count(*) from fills").fetchone()
    assert stored == (BATCH * BATCHES * (ROUNDS + 1) // 10,), stored


def _bot(number: int) -> UUID:
    return uuid5(SPACE, str(number))


def _event(round_number: int, batch: int) -> dict[str, Any]:
    first = (round_number * BATCHES + batch) * BATCH
    return {"Records": [_record(first + number) for number in range(BATCH)]}


def _record(number: int) -> dict[str, Any]:
    bot, sequence = _bot(number % BOTS), number // BOTS + 1
    at = (MORNING + timedelta(milliseconds=sequence * 20)).isoformat()
    kind, payload = next(_kinds(number))
    message = {"v": 1, "session": 1, "seq": sequence, "timestamp": at, **payload}
    body = base64.b64encode(json.dumps(message).encode()).decode()
    envelope = {
        "body": body,
        "bot_id": str(bot),
        "topic": f"hbot/{bot}/{kind}",
        "client_id": str(bot),
        "received_ms": 1_700_000_000_000,
    }
    return {"messageId": str(number), "body": json.dumps(envelope)}


def _kinds(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
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
        money = {"total": "100000.12", "available": "90000.12", "locked": "10000"}
        pnl = {"total": "1.5", "total_pct": "0.000015", "realized": "1", "unrealized": "0.5"}
        counts = {"active": 2, "filled_24h": 5, "cancelled_24h": 9, "volume_24h": "512.5"}
        yield "metrics", {"balance": money, "pnl": pnl, "orders": counts, "mid_price": "2000.01"}
    elif place < 7:
        yield "logs/info", {"message": "a line of ordinary length about an order", "logger": "x"}
    elif place == 7:
        yield "orders/new", {**order, "order_type": "limit"}
    elif place == 8:
        fee = {"fee": "0.0001", "fee_asset": "BNB", "fee_price": "600"}
        yield "orders/filled", {**order, **fee, "trade_id": str(number), "maker": True}
    else:
        yield "status", {"status": "running", "uptime_seconds": number}
