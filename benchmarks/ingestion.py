"""How many telemetry messages a second the ingest functions take from a queue into their stores.

The real handlers, the real decoder, real stores: batches of 500 as in the template. The wall clock
counts the store's work too; the handler's own share is its process's time on a core.
"""

import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from benchmarks import messages
from benchmarks.messages import BATCH, BOTS, MORNING
from benchmarks.table import Figure
from local.instruments import crowd
from tests.fixtures import services

BATCHES = 12
ROUNDS = 5
FLOOR = 10_000
"""Messages a second on one core of handler time."""


def measure() -> list[Figure]:
    """Measure both functions."""
    # The functions read their environment and their module's caches as in Lambda: once.
    os.environ |= {  # noqa: TID251 - see above
        "DATABASE_AUTH": "url",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_LOG_LEVEL": "ERROR",
    }
    with services.room() as folder:
        return [*_current(folder), *_history(folder)]


def _current(folder: Path) -> list[Figure]:
    with services.running_postgres(folder) as server:
        name = _database(server)
        os.environ["DATABASE_URL"] = server.url("ingest", name)  # noqa: TID251 - as above
        from functions.ingest_current import handler  # noqa: PLC0415 - reads its environment

        figures = _rounds("ingest_current", "Postgres", handler.lambda_handler, messages.everything)
        with psycopg.connect(server.url("postgres", name)) as admin:
            stored = admin.execute("select count(*) from fills").fetchone()
    assert stored == (BATCH * BATCHES * (ROUNDS + 1) // 10,), stored
    return figures


def _history(folder: Path) -> list[Figure]:
    from functions.ingest_history import handler  # noqa: PLC0415 - reads its environment
    from janym import wiring  # noqa: PLC0415 - as above
    from janym.ticks import connection, schema  # noqa: PLC0415 - as above
    from janym.ticks.history import ClickHouseHistory  # noqa: PLC0415 - as above

    with services.running_clickhouse(folder) as server:
        login = {"user": server.user, "password": server.password, "database": "janym"}
        client = connection.connect(server.url, **login)
        schema.migrate(client, keep_days=730)
        # In AWS the login is a secret, read once; here it is known.
        history = ClickHouseHistory(lambda: client)
        original, wiring.history = wiring.history, lambda: history
        try:
            figures = _rounds(
                "ingest_history", "ClickHouse", handler.lambda_handler, messages.telemetry
            )
        finally:
            wiring.history = original
        stored = client.query("select count() from bot_metrics final").result_rows[0][0]
        lines = client.query("select count() from bot_logs final").result_rows[0][0]
    assert stored + lines == BATCH * BATCHES * (ROUNDS + 1), (stored, lines)
    return figures


def _rounds(name: str, store: str, handle: Any, kinds: messages.Kinds) -> list[Figure]:
    """Run rounds of new messages; the first warms up and is not counted."""
    count = BATCH * BATCHES
    rates: list[float] = []
    busy: list[float] = []
    for number in range(ROUNDS + 1):
        events = [
            messages.event((number * BATCHES + batch) * BATCH, kinds) for batch in range(BATCHES)
        ]
        began, worked = time.perf_counter(), time.process_time()
        for event in events:
            assert handle(event, _Context(name)) == {"batchItemFailures": []}
        rates.append(count / (time.perf_counter() - began))
        busy.append((time.process_time() - worked) / count * 1e6)
    return [
        Figure.of(f"{name}: queue record to {store}", "messages/s", rates[1:], floor=FLOOR),
        Figure.of(f"{name}: the handler's own time", "µs CPU/message", busy[1:]),
    ]


class _Context:
    """What the logger reads of an invocation."""

    memory_limit_in_mb = 1024

    def __init__(self, name: str) -> None:
        self.function_name = name
        self.invoked_function_arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
        self.aws_request_id = str(uuid4())


def _database(server: services.RunningPostgres) -> str:
    from janym.db.connection import Database  # noqa: PLC0415 - only where a database is
    from janym.db.migrations import migrate  # noqa: PLC0415 - as above

    name = server.create_database(prefix="bench")
    migrate(Database(server.url("janym_owner", name)).connect, today=MORNING.date())
    crowd.enlist(server.url("postgres", name), [messages.bot(number) for number in range(BOTS)])
    return name
