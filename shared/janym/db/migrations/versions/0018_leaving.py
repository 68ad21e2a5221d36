"""Bots that are to be deleted as soon as they are stopped."""

from alembic import op

revision = "0018"
down_revision = "0017"

STATEMENTS = """
ALTER TABLE bots ADD COLUMN leaving boolean NOT NULL DEFAULT false;
CREATE INDEX bots_leaving ON bots (id) WHERE leaving;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
