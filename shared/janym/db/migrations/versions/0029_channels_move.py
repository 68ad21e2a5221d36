"""Who encrypts exchange keys anew does so with channels' secrets too, and changes nothing else."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute("GRANT UPDATE (sealed) ON alert_channels TO control")
