"""What a dead run's bot said last may have the exchange asked about that run again."""

from alembic import op

revision = "0009"
down_revision = "0008"

RIGHTS = """
GRANT SELECT (bot_id, session, checked_at) ON bot_runs TO ingest;
GRANT UPDATE (checked_at) ON bot_runs TO ingest;
"""


def upgrade() -> None:
    op.execute(RIGHTS)
