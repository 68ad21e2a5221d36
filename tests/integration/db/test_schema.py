"""The schema is what the platform's data model says, and migrating again changes nothing."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from psycopg import sql

from janym.db.connection import Database
from janym.db.migrations import migrate
from janym.db.retention import PostgresRetention
from tests.fixtures.database import TODAY, TestDatabase
from tests.fixtures.services import RunningPostgres, room, running_postgres
from tests.integration.db.builders import ACME, bot, metrics, organization, seed

COLUMNS = {
    "organization": """id stripe_customer_id stripe_subscription_id created_at updated_at""",
    "bots": """id organization_id name strategy_type exchange trading_pair config status
        created_at updated_at""",
    "exchange_credentials": """id organization_id exchange api_key_encrypted api_secret_encrypted
        passphrase_encrypted is_testnet created_at updated_at""",
    "bot_metrics": """id bot_id timestamp balance_usd total_pnl total_pnl_pct active_orders_count
        filled_orders_count volume_24h created_at""",
    "orders": """id bot_id exchange_order_id trading_pair order_type order_side price quantity
        filled_quantity status exchange_timestamp created_at updated_at""",
    "bot_logs": """id bot_id level message metadata created_at""",
    "bot_runs": """id bot_id state session created_at ended_at end_reason""",
    "bot_events": """id bot_id at status status_reason desired_status session""",
    "members": """organization_id user_id role""",
    "instruments": """exchange_id market_type pair symbol tick_size step_size listed seen_at""",
    "config_versions": """bot_id number at author body""",
}

GRID = bot()

OWNED = (
    "FOREIGN KEY (bot_id, organization_id) REFERENCES bots(id, organization_id) ON DELETE CASCADE"
)


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_its_columns(standing: TestDatabase, table: str) -> None:
    """S0-001, S0-002, S0-005, S0-007, S0-008, S0-010, S2-060, S3-055, S3-058.

    Instances are bots, and a deployed configuration is a version of its bot's.
    """
    with standing.admin() as admin:
        rows = admin.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", (table,)
        ).fetchall()

    assert set(COLUMNS[table].split()) <= {name for (name,) in rows}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("bots", "(organization_id, status)"),
        ("orders", "(bot_id, created_at)"),
        ("bot_metrics", '(bot_id, "timestamp")'),
    ],
)
def test_a_table_has_its_index(standing: TestDatabase, table: str, columns: str) -> None:
    """S0-012, S0-013, S0-014."""
    with standing.admin() as admin:
        rows = admin.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = %s", (table,)
        ).fetchall()

    assert any(definition.endswith(columns) for (definition,) in rows)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bots SET status = 'dreaming'",
        "UPDATE orders SET status = 'partial'",
        "UPDATE orders SET order_type = 'buy'",
        "UPDATE orders SET order_side = 'limit'",
        "UPDATE bot_logs SET level = 'debug'",
        "UPDATE exchange_credentials SET environment = 'moon'",
    ],
)
def test_values_outside_their_lists_are_refused(database: TestDatabase, statement: str) -> None:
    """S0-003, S0-009, S0-010, K-15, K-18, K-21."""
    seed(database.units("control"), GRID)

    with database.admin() as admin:
        admin.execute(
            """
            INSERT INTO orders (organization_id, bot_id, client_order_id, trading_pair, order_type,
                order_side, quantity, status)
            SELECT organization_id, id, 'o1', trading_pair, 'limit', 'buy', 1, 'open' FROM bots
            """
        )
        admin.execute(
            """
            INSERT INTO bot_logs (organization_id, bot_id, session, seq, timestamp, level, message)
            SELECT organization_id, id, 1, 1, now(), 'info', '' FROM bots
            """
        )
        with pytest.raises(psycopg.errors.CheckViolation):
            admin.execute(statement)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", ["bot_metrics", "orders", "bot_logs", "fills", "commands"])
def test_nothing_hangs_on_a_bot_of_another_organization(standing: TestDatabase, table: str) -> None:
    """S0-011."""
    with standing.admin() as admin:
        rows = admin.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f'",
            (table,),
        ).fetchall()

    assert (OWNED,) in rows


def place(database: TestDatabase) -> list[tuple[str, datetime]]:
    with database.admin() as admin:
        return admin.execute(
            "SELECT tableoid::regclass::text, timestamp FROM bot_metrics ORDER BY timestamp"
        ).fetchall()


def test_metrics_land_in_the_partition_of_their_date(database: TestDatabase) -> None:
    """S0-015."""
    seed(database.units("control"), GRID)
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    moments = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(days=90)]

    with database.units("ingest")(None) as uow:
        uow.telemetry.apply([metrics(GRID, n, at=at) for n, at in enumerate(moments, start=1)])
        uow.commit()

    assert place(database) == [
        ("bot_metrics_20261121", moments[0]),
        ("bot_metrics_20261122", moments[1]),
        ("bot_metrics_default", moments[2]),
    ]


def test_rows_that_came_early_move_to_their_partition_and_old_days_go(
    database: TestDatabase,
) -> None:
    """S0-016."""
    seed(database.units("control"), GRID)
    early = datetime(2026, 12, 24, 13, tzinfo=UTC)
    with database.units("ingest")(None) as uow:
        uow.telemetry.apply([metrics(GRID, 1), metrics(GRID, 2, at=early)])
        uow.commit()

    retention = PostgresRetention(database.role("control"))
    retention.make_ready(today=date(2026, 12, 23))
    retention.drop_metrics(today=date(2026, 12, 23), before=date(2026, 11, 23))

    assert place(database) == [("bot_metrics_20261224", early)]
    with database.units("app")(ACME) as uow:
        assert uow.metrics.latest(GRID.id) == metrics(GRID, 2, at=early)


def test_migrating_drops_nothing(database: TestDatabase) -> None:
    """S0-016: whether ClickHouse has what is old, only housekeeping asks."""
    seed(database.units("control"), GRID)
    with database.units("ingest")(None) as uow:
        uow.telemetry.apply([metrics(GRID, 1)])
        uow.commit()

    migrate(database.role("janym_owner").connect, today=date(2027, 6, 1))

    assert place(database) == [("bot_metrics_20261121", metrics(GRID, 1).at)]


def test_migrating_again_changes_nothing(database: TestDatabase) -> None:
    seed(database.units("control"), GRID)
    owner = database.role("janym_owner")

    assert migrate(owner.connect, today=TODAY) == migrate(owner.connect, today=TODAY)

    with database.units("control")(ACME) as uow:
        assert uow.organizations.get(ACME) == organization()


def test_the_schema_stands_on_the_newest_postgresql_too() -> None:
    with room() as folder, running_postgres(folder, version=18) as newest:
        check_on(newest)


def check_on(server: RunningPostgres) -> None:
    owner = Database(server.url("janym_owner", server.create_database()))
    assert migrate(owner.connect, today=TODAY)


def test_roles_that_are_missing_are_made_and_sign_in_by_iam_where_there_is_iam() -> None:
    """A new cluster has its owner alone; nothing else can make the others."""
    with room() as folder, running_postgres(folder) as server:
        name = server.create_database()
        with psycopg.connect(server.admin_url, autocommit=True) as admin:
            for role in ("app", "control", "ingest", "live", "executor"):
                admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            admin.execute("CREATE ROLE rds_iam")
            admin.execute("ALTER ROLE janym_owner CREATEROLE")
            admin.execute("GRANT rds_iam TO janym_owner WITH ADMIN OPTION")

        migrate(Database(server.url("janym_owner", name)).connect, today=TODAY)

        with psycopg.connect(server.admin_url) as admin:
            members = admin.execute(
                "SELECT member::regrole::text FROM pg_auth_members"
                " WHERE roleid = 'rds_iam'::regrole AND member <> 'janym_owner'::regrole"
            ).fetchall()
    assert sorted(members) == [("app",), ("control",), ("executor",), ("ingest",), ("live",)]
