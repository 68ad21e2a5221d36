"""Alerts of one bot, and those of a state, are found without reading the others."""

from alembic import op

revision = "0025"
down_revision = "0024"

STATEMENTS = """
CREATE INDEX alerts_of_bot ON alerts (bot_id, raised_at, id);
CREATE INDEX alerts_open ON alerts (organization_id, raised_at, id)
    WHERE resolved_at IS NULL AND acknowledged_at IS NULL;
CREATE INDEX alerts_acknowledged ON alerts (organization_id, raised_at, id)
    WHERE resolved_at IS NULL AND acknowledged_at IS NOT NULL;
CREATE INDEX alerts_resolved ON alerts (organization_id, raised_at, id)
    WHERE resolved_at IS NOT NULL;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
