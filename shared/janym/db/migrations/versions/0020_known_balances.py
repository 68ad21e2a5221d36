"""What accounts hold whose key is still there: an account that cannot be read is not owned on."""

from alembic import op

revision = "0020"
down_revision = "0019"

STATEMENTS = """
CREATE VIEW known_balances WITH (security_invoker = true) AS
    SELECT balances.* FROM balances
    JOIN exchange_credentials ON id = credential_id AND deleted_at IS NULL;
GRANT SELECT ON known_balances TO app, control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
