"""What launches may cost, and the bots that wait for it.

A budget belongs to the platform: it has no organization and no policy lets one see it. The queue
is of bots, and fenced as they are.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = """
CREATE TABLE budgets (
    key text PRIMARY KEY,
    full_at timestamptz
);
CREATE TABLE launch_queue (
    bot_id uuid PRIMARY KEY,
    organization_id text NOT NULL,
    key text NOT NULL,
    since timestamptz NOT NULL,
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX launch_queue_turn ON launch_queue (key, since, bot_id);

ALTER TABLE budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE budgets FORCE ROW LEVEL SECURITY;
CREATE POLICY control ON budgets TO control USING (true);
GRANT SELECT, INSERT, UPDATE ON budgets TO control;

ALTER TABLE launch_queue ENABLE ROW LEVEL SECURITY;
ALTER TABLE launch_queue FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON launch_queue TO app
    USING (organization_id = (SELECT current_organization()));
CREATE POLICY control ON launch_queue TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
GRANT SELECT ON launch_queue TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON launch_queue TO control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
