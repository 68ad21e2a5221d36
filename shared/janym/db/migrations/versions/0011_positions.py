"""Running totals of executions, and indexes by which each list reads only what it shows.

Bots that have traded before get their totals with their next execution, or when they are read.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

STATEMENTS = """
CREATE TABLE positions (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    trading_pair text NOT NULL,
    position numeric NOT NULL,
    flow numeric NOT NULL,
    cost numeric NOT NULL,
    gross numeric NOT NULL,
    fees numeric NOT NULL,
    fees_by_asset jsonb NOT NULL,
    volume numeric NOT NULL,
    fills bigint NOT NULL,
    last_at timestamptz NOT NULL,
    last_trade text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (bot_id, trading_pair),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX positions_newest ON positions (organization_id, created_at, id);

ALTER TABLE positions ENABLE ROW LEVEL SECURITY;
ALTER TABLE positions FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON positions TO app
    USING (organization_id = (SELECT current_organization()));
CREATE POLICY control ON positions TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
CREATE POLICY ingest ON positions TO ingest USING (true);
GRANT SELECT ON positions TO app;
GRANT SELECT, INSERT, UPDATE ON positions TO control, ingest;

CREATE INDEX orders_open ON orders (bot_id, created_at, id) WHERE status = 'open';
CREATE INDEX orders_open_of_organization ON orders (organization_id, created_at, id)
    WHERE status = 'open';

-- Under row security an index counts only where what it compares cannot leak: lower() might.
DROP INDEX rejected_messages_of_bot;
ALTER TABLE rejected_messages ADD COLUMN bot_key text GENERATED ALWAYS AS (lower(bot)) STORED;
CREATE INDEX rejected_messages_of_bot ON rejected_messages (bot_key, received_at, id);

CREATE INDEX bot_logs_of_level ON bot_logs (bot_id, level, timestamp, session, seq);
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
