"""The messages of one bot that could not be taken, found newest first."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX rejected_messages_of_bot"
        " ON rejected_messages (lower(bot), received_at DESC, id DESC)"
    )
