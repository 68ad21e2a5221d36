"""Tables full of rows, and how much of them a statement read."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from janym.db.connection import Database, Parameters, Query, Transaction
from janym.db.unit_of_work import UnitsOfWork
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import NOON, bot, seed

BUSY = bot("busy", created_at=NOON.replace(year=2025))
"""Every second row is this bot's."""
QUIET = [bot(f"quiet {number}") for number in range(20)]
FULL = {
    "orders", "fills", "bot_metrics", "bot_logs", "commands", "rejected_messages", "bot_runs",
    "audit_log", "alerts", "alert_deliveries", "config_versions", "integrators", "members",
    "monitoring", "balances", "equity", "bot_events", "alert_channels", "alert_rules",
}  # fmt: skip
"""Tables that grow with time or by hand: reading one as a whole is never right."""
USUAL_PAIR: LiteralString = "ETH-USDT"
RARE_PAIR: LiteralString = "BTC-USDT"
"""One order in a thousand is of this one."""
CHANNEL, ALERT = UUID(int=1), UUID(int=2)
"""Every second delivery is this channel's, and every thousandth this alert's."""

# ruff: noqa: S608 - the statements are put together from texts of this file
# A row of every kind for each second back from noon; the busy bot has every second one.
OWNER: LiteralString = "(%(bots)s::uuid[])[CASE n %% 2 WHEN 0 THEN 1 ELSE 2 + n / 2 %% 20 END]"
AT: LiteralString = "%(noon)s::timestamptz - %(span)s::interval * n / %(count)s"
STATEMENTS: dict[str, LiteralString] = {
    "orders": f"""
        INSERT INTO orders (organization_id, bot_id, client_order_id, exchange_order_id,
            trading_pair, order_type, order_side, price, quantity, status, created_at, updated_at)
        SELECT 'acme', {OWNER}, 'o' || n, 'x' || n,
            CASE n / 2 %% 1000 WHEN 0 THEN '{RARE_PAIR}' ELSE '{USUAL_PAIR}' END, 'limit',
            CASE n %% 3 WHEN 0 THEN 'sell' ELSE 'buy' END, 2000, 1,
            CASE n %% 1000 WHEN 0 THEN 'open' WHEN 2 THEN 'filled' WHEN 4 THEN 'failed'
                ELSE 'cancelled' END, {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "fills": f"""
        INSERT INTO fills (organization_id, bot_id, trade_id, client_order_id, trading_pair, side,
            price, quantity, fee_asset, fee_amount, executed_at, source)
        SELECT 'acme', {OWNER}, 't' || n, 'o' || n, 'ETH-USDT', 'buy', 2000, 1, 'USDT', 1, {AT},
            'venue'
        FROM generate_series(1, %(count)s) AS n""",
    "bot_metrics": f"""
        INSERT INTO bot_metrics (organization_id, bot_id, session, seq, timestamp, balance_usd,
            balance_available, balance_locked, total_pnl, total_pnl_pct, realized_pnl,
            unrealized_pnl, active_orders_count, filled_orders_count, cancelled_orders_count,
            volume_24h)
        SELECT 'acme', {OWNER}, 1, n, {AT}, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1
        FROM generate_series(1, %(count)s) AS n""",
    "bot_logs": f"""
        INSERT INTO bot_logs (organization_id, bot_id, session, seq, timestamp, level, message)
        SELECT 'acme', {OWNER}, 1, n, {AT},
            CASE WHEN n %% 5000 = 0 THEN 'error' ELSE 'info' END, 'order ' || n || ' placed'
        FROM generate_series(1, %(count)s) AS n""",
    "commands": f"""
        INSERT INTO commands (id, organization_id, bot_id, kind, payload, state, asked_by,
            created_at, expires_at, updated_at)
        SELECT gen_random_uuid(), 'acme', {OWNER}, 'start', '{{}}', 'done', 'ana', {AT}, {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "bot_runs": f"""
        INSERT INTO bot_runs (id, organization_id, bot_id, state, token_hash, created_at,
            checked_at)
        SELECT gen_random_uuid(), 'acme', {OWNER}, 'ended', '', {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "rejected_messages": f"""
        INSERT INTO rejected_messages (organization_id, bot, topic, reason, body, received_at)
        SELECT 'acme', {OWNER}::text, 'topic', 'reason', '', {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "audit_log": f"""
        INSERT INTO audit_log (organization_id, number, at, actor, action, subject, request_id,
            address, hash)
        SELECT 'acme', %(count)s - n + 1, {AT}, CASE WHEN n %% 5000 = 0 THEN 'eve' ELSE 'ana' END,
            CASE WHEN n %% 5000 = 0 THEN 'bot.delete' ELSE 'bot.start' END, {OWNER}::text, '', '',
            ''
        FROM generate_series(1, %(count)s) AS n""",
    "alerts": f"""
        INSERT INTO alerts (id, organization_id, kind, severity, subject, bot_id, title, facts,
            fact, raised_at, last_at, acknowledged_at, resolved_at)
        SELECT gen_random_uuid(), 'acme', 'bot_error', 'warning', n::text, {OWNER}, '', '{{}}',
            false, {AT}, {AT}, CASE WHEN n %% 5000 = 1 THEN {AT} END,
            CASE WHEN n %% 5000 > 1 THEN {AT} END
        FROM generate_series(1, %(count)s) AS n""",
    "alert_deliveries": f"""
        INSERT INTO alert_deliveries (id, organization_id, channel_id, alert_id, occasion, state,
            not_before, created_at)
        SELECT gen_random_uuid(), 'acme',
            CASE n %% 2 WHEN 0 THEN %(channel)s::uuid ELSE gen_random_uuid() END,
            CASE n %% 1000 WHEN 0 THEN %(alert)s::uuid ELSE gen_random_uuid() END,
            'raised', 'delivered', {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "config_versions": f"""
        INSERT INTO config_versions (organization_id, bot_id, number, at, author, note, body)
        SELECT 'acme', {OWNER}, n, {AT}, 'ana', '', '{{}}'
        FROM generate_series(1, %(count)s) AS n""",
    "integrators": f"""
        INSERT INTO integrators (id, organization_id, name, certificate, pem, created_by,
            created_at)
        SELECT gen_random_uuid(), 'acme', 'program ' || n, 'c' || n, '', 'ana', {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "members": f"""
        INSERT INTO members (organization_id, user_id, role, added_by, created_at, updated_at)
        SELECT 'acme', 'user ' || n, 'viewer', 'ana', {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "monitoring": f"""
        INSERT INTO monitoring (organization_id, exchange_id, market_type, trade_pair, created_at)
        SELECT 'acme', 'okx', 'spot', 'A' || n || '/USDT', {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "balances": f"""
        INSERT INTO balances (organization_id, credential_id, exchange, environment, asset, free,
            locked, at)
        SELECT 'acme', %(account)s::uuid, 'binance', 'paper', 'A' || n, 1, 0, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "alert_channels": f"""
        INSERT INTO alert_channels (id, organization_id, kind, label, hint, sealed, enabled,
            created_at, updated_at)
        SELECT gen_random_uuid(), 'acme', 'webhook', 'desk ' || n, '', '', true, {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "alert_rules": f"""
        INSERT INTO alert_rules (id, organization_id, kind, bot_id, severity, channels, enabled,
            created_at, updated_at)
        SELECT gen_random_uuid(), 'acme', 'bot_error', {OWNER}, 'warning', '{{}}', true, {AT}, {AT}
        FROM generate_series(1, %(count)s) AS n""",
    "bot_events": f"""
        INSERT INTO bot_events (organization_id, bot_id, at, status, desired_status, session)
        SELECT 'acme', {OWNER}, {AT}, 'running', 'running', 1
        FROM generate_series(1, %(count)s) AS n""",
    "equity": f"""
        INSERT INTO equity (organization_id, environment, at, value_usd)
        SELECT 'acme', 'paper', {AT}, 1 FROM generate_series(1, %(count)s) AS n""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one statement touched."""

    statement: str
    buffers: int
    """Blocks of 8 KiB, in memory or on disk."""
    scanned: frozenset[str]
    """Tables read as a whole."""


@dataclass
class Watched:
    """Units of work that tell how each of their statements was carried out."""

    database: Database
    reads: list[Read] = field(default_factory=list[Read])

    def units(self) -> UnitsOfWork:
        return UnitsOfWork(_Watching(self.database, self.reads))


class _Watching(Database):
    def __init__(self, database: Database, reads: list[Read]) -> None:
        self._watched, self._reads = database, reads

    def take(self) -> psycopg.Connection:
        return self._watched.take()

    def keep(self, connection: psycopg.Connection) -> None:
        self._watched.keep(connection)

    @contextmanager
    def transaction(self, organization: str | None) -> Generator[Transaction]:
        transaction = _Explained(self, organization)
        transaction.reads = self._reads
        try:
            yield transaction
        finally:
            transaction.close()


class _Explained(Transaction):
    reads: list[Read]

    def run(self, statement: Query, parameters: Parameters = ()) -> psycopg.Cursor[Any]:
        assert isinstance(statement, str)
        explained = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement
        [[[told]]] = super().run(explained, parameters).fetchall()
        plan = told["Plan"]
        self.reads.append(
            Read(
                statement=" ".join(statement.split()),
                buffers=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
                scanned=frozenset(_scanned(plan)),
            )
        )
        return super().run(statement, parameters)


def _scanned(plan: dict[str, Any]) -> Generator[str]:
    if plan["Node Type"] == "Seq Scan" and plan["Actual Loops"]:
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _scanned(part)


def fill(database: TestDatabase, sizes: dict[str, int], *, days: int) -> None:
    """Fill tables with rows of the last days before noon, and let the planner know them."""
    seed(database.units("control"), BUSY, *QUIET)
    bots = [each.id for each in (BUSY, *QUIET)]
    known = {
        "bots": bots,
        "noon": NOON,
        "span": f"{days} days",
        "channel": CHANNEL,
        "alert": ALERT,
        "account": BUSY.credential,
    }
    first = (NOON.date().toordinal() - days) if days else 0
    with database.admin() as admin:
        begin = NOON.date().fromordinal(first + 1)
        admin.execute("SELECT tend_metric_partitions(%s, %s, %s)", (begin, days, 9_999))
        admin.execute("SET session_replication_role = replica")  # references are known to hold
        for table, count in sizes.items():
            asked = known | {"count": count}
            admin.execute(STATEMENTS[table], asked)
        for each in (BUSY, *QUIET):
            body = {"bot_id": str(each.id), "session": 1, "seq": 1, "timestamp": NOON.isoformat()}
            admin.execute(
                "INSERT INTO bot_snapshots (bot_id, organization_id, kind, session, seq, timestamp,"
                " body) VALUES (%s, 'acme', 'metrics', 1, 1, %s, %s)",
                (each.id, NOON, Jsonb(body)),
            )
        admin.execute("ANALYZE")
