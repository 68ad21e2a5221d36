"""Best bid and offer as something to collect, and an organization's tasks as they are listed."""

from alembic import op

revision = "0022"
down_revision = "0021"

STATEMENTS = """
ALTER TABLE monitoring ADD COLUMN bbo boolean NOT NULL DEFAULT false;
CREATE INDEX monitoring_listed ON monitoring (organization_id, created_at, id);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
