"""Orders that were filled or failed are found among the many that were cancelled."""

from alembic import op

revision = "0030"
down_revision = "0029"

STATEMENTS = """
CREATE INDEX orders_ended ON orders (bot_id, status, created_at, id)
    WHERE status IN ('filled', 'failed');
CREATE INDEX orders_ended_of_organization ON orders (organization_id, status, created_at, id)
    WHERE status IN ('filled', 'failed');
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
