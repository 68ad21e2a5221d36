"""Who may do what, and who sees which rows.

`app` serves people: one organization per transaction, named by the setting `app.org_id`; without it
nothing is there. `control` is the watchmen: all organizations, or one when the setting names it.
`ingest` writes what bots say: all organizations, no key, no audit. The owner of the tables is bound
by row-level security too (FORCE) and sees no row at all.

A setting that was local to a transaction comes back as '' and not as NULL, hence nullif.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

TENANT_TABLES = (
    "exchange_credentials", "bots", "bot_runs", "commands", "outbox", "idempotency", "orders",
    "fills", "bot_metrics", "bot_logs", "bot_snapshots", "rejected_messages", "audit_log",
)  # fmt: skip

REPORTED = """
    UPDATE (status, status_reason, status_detail, reported_status, reported_session, reported_seq,
        reported_at, updated_at) ON bots
"""

RIGHTS = {
    "app": (
        "SELECT, INSERT, UPDATE ON organization",
        "SELECT, INSERT, UPDATE, DELETE ON exchange_credentials",
        "SELECT, INSERT, UPDATE, DELETE ON bots",
        "SELECT ON bot_runs",
        "SELECT, INSERT, UPDATE ON commands",
        "SELECT, INSERT ON outbox",
        "SELECT, INSERT ON idempotency",
        "SELECT ON orders",
        "SELECT ON fills",
        "SELECT ON bot_metrics",
        "SELECT ON bot_logs",
        "SELECT ON bot_snapshots",
        "SELECT ON rejected_messages",
        "SELECT, INSERT ON audit_log",
    ),
    "control": (
        "SELECT, INSERT, UPDATE ON organization",
        "SELECT, INSERT, UPDATE, DELETE ON exchange_credentials",
        "SELECT, INSERT, UPDATE, DELETE ON bots",
        "SELECT, INSERT, UPDATE ON bot_runs",
        "SELECT, INSERT, UPDATE ON commands",
        "SELECT, INSERT, UPDATE, DELETE ON outbox",
        "SELECT, INSERT, DELETE ON idempotency",
        "SELECT, INSERT, UPDATE ON orders",
        "SELECT, INSERT, UPDATE ON fills",
        "SELECT, INSERT ON bot_metrics",
        "SELECT, INSERT, DELETE ON bot_logs",
        "SELECT, INSERT, UPDATE ON bot_snapshots",
        "SELECT, INSERT, DELETE ON rejected_messages",
        "SELECT, INSERT ON audit_log",
        "EXECUTE ON FUNCTION tend_metric_partitions",
    ),
    "ingest": (
        "SELECT ON bots",
        REPORTED,
        "SELECT ON commands",
        "UPDATE (state, reason, updated_at) ON commands",
        "INSERT ON outbox",
        "SELECT, INSERT, UPDATE ON orders",
        "SELECT, INSERT, UPDATE ON fills",
        "SELECT, INSERT ON bot_metrics",
        "SELECT, INSERT ON bot_logs",
        "SELECT, INSERT, UPDATE ON bot_snapshots",
        "SELECT, INSERT ON rejected_messages",
    ),
}

ORGANIZATION = """
CREATE FUNCTION current_organization() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('app.org_id', true), '')
$$;
GRANT USAGE ON SCHEMA public TO app, control, ingest;
"""


def upgrade() -> None:
    op.execute(ORGANIZATION)
    _fence("organization", "id")
    for table in TENANT_TABLES:
        _fence(table, "organization_id")
    for role, rights in RIGHTS.items():
        for right in rights:
            op.execute(f"GRANT {right} TO {role}")


def _fence(table: str, column: str) -> None:
    op.execute(f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY app ON {table} TO app
            USING ({column} = (SELECT current_organization()))
            WITH CHECK ({column} = (SELECT current_organization()));
        CREATE POLICY control ON {table} TO control
            USING ((SELECT current_organization()) IS NULL
                OR {column} = (SELECT current_organization()));
        CREATE POLICY ingest ON {table} TO ingest USING (true);
    """)
