"""Orders of a pair are found among those of all others, with a status and without one."""

from alembic import op

revision = "0033"
down_revision = "0032"

STATEMENTS = """
CREATE INDEX orders_of_pair ON orders (bot_id, trading_pair, status, created_at, id);
CREATE INDEX orders_of_pair_of_organization
    ON orders (organization_id, trading_pair, status, created_at, id);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
