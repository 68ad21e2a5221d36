"""How collectors are, for people: not what they collect, which is its owners' business."""

from alembic import op

revision = "0027"
down_revision = "0026"

STATEMENTS = """
ALTER TABLE daemon_state ADD COLUMN books integer NOT NULL
    GENERATED ALWAYS AS (coalesce(jsonb_array_length(config->'tasks'), 0)) STORED;
CREATE POLICY app ON daemon_state FOR SELECT TO app USING (true);
GRANT SELECT (daemon_id, status, last_heartbeat, books) ON daemon_state TO app;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
