"""What accounts hold, when they were last asked about, and the curve of what that was worth."""

from alembic import op

revision = "0016"
down_revision = "0015"

STATEMENTS = """
CREATE TABLE balances (
    organization_id text NOT NULL,
    credential_id uuid NOT NULL,
    exchange text NOT NULL,
    environment text NOT NULL,
    asset text NOT NULL,
    free numeric NOT NULL,
    locked numeric NOT NULL,
    price_usd numeric,
    price_source text,
    priced_at timestamptz,
    at timestamptz NOT NULL,
    PRIMARY KEY (credential_id, asset),
    FOREIGN KEY (credential_id, organization_id)
        REFERENCES exchange_credentials (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX balances_of_environment ON balances (organization_id, environment);
CREATE TABLE balance_reads (
    organization_id text NOT NULL,
    credential_id uuid PRIMARY KEY,
    asked_at timestamptz NOT NULL,
    FOREIGN KEY (credential_id, organization_id)
        REFERENCES exchange_credentials (id, organization_id) ON DELETE CASCADE
);
CREATE TABLE equity (
    organization_id text NOT NULL REFERENCES organization,
    environment text NOT NULL,
    at timestamptz NOT NULL,
    value_usd numeric NOT NULL,
    PRIMARY KEY (organization_id, environment, at)
);
CREATE INDEX equity_age ON equity (at);
"""
FENCE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON {table} TO app
    USING (organization_id = (SELECT current_organization()));
CREATE POLICY control ON {table} TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
GRANT SELECT ON {table} TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
    for table in ("balances", "balance_reads", "equity"):
        op.execute(FENCE.format(table=table))
