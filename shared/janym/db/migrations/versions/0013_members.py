"""Who belongs to an organization, and how many requests it has left."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = """
CREATE TABLE members (
    organization_id text NOT NULL REFERENCES organization,
    user_id text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'admin')),
    name text,
    added_by text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX members_newest ON members (organization_id, created_at, user_id)
    WHERE removed_at IS NULL;

-- Changed at each request: room on the page keeps its new versions beside the old.
CREATE TABLE request_budgets (
    organization_id text PRIMARY KEY REFERENCES organization,
    full_at timestamptz NOT NULL
) WITH (fillfactor = 20);

GRANT SELECT, INSERT, UPDATE ON members TO app, control;
GRANT SELECT, INSERT, UPDATE ON request_budgets TO app, control;
"""

FENCE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON {table} TO app
    USING (organization_id = (SELECT current_organization()))
    WITH CHECK (organization_id = (SELECT current_organization()));
CREATE POLICY control ON {table} TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
    for table in ("members", "request_budgets"):
        op.execute(FENCE.format(table=table))
