"""Which request asked for a command, and orders found by their id at the exchange."""

from alembic import op

revision = "0021"
down_revision = "0020"

STATEMENTS = """
ALTER TABLE commands ADD COLUMN idempotency_key text;
CREATE INDEX commands_of_key ON commands (bot_id, idempotency_key, created_at)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX orders_of_exchange ON orders (bot_id, exchange_order_id);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
