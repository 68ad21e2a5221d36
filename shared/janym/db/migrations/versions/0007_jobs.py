"""How scheduled work went last. It belongs to the platform: no organization sees it."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = """
CREATE TABLE jobs (
    name text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    detail text NOT NULL
);
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE jobs FORCE ROW LEVEL SECURITY;
CREATE POLICY control ON jobs TO control USING (true);
GRANT SELECT, INSERT, UPDATE ON jobs TO control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
