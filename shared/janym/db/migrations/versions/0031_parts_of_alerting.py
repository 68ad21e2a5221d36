"""Rules and channels come in parts, oldest first, however many there are."""

from alembic import op

revision = "0031"
down_revision = "0030"

STATEMENTS = """
CREATE INDEX alert_channels_oldest ON alert_channels (organization_id, created_at, id);
CREATE INDEX alert_rules_oldest ON alert_rules (organization_id, created_at, id);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
