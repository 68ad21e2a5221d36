"""What collectors share: tasks, their own states, leases, and the venues' instruments.

A task belongs to an organization, or to the platform where it has none. Leases, states and
instruments belong to the platform. A lease that was let go or has run out keeps up to when the
history under it was written, so that whoever takes it next can say what is missing.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = """
CREATE TABLE monitoring (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text REFERENCES organization,
    exchange_id varchar(50) NOT NULL,
    exchange_name varchar(100) NOT NULL DEFAULT '',
    market_type varchar(20) NOT NULL CHECK (market_type IN ('spot', 'futures')),
    trade_pair_id integer,
    trade_pair varchar(50) NOT NULL CHECK (trade_pair LIKE '%_/_%'),
    daemon_priority integer NOT NULL DEFAULT 1,
    enabled boolean NOT NULL DEFAULT true,
    orderbook_depth text NOT NULL DEFAULT '50' CHECK (orderbook_depth IN ('20', '50', 'full')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (organization_id, exchange_id, market_type, trade_pair)
);
CREATE INDEX monitoring_wanted ON monitoring (daemon_priority) WHERE enabled;

CREATE TABLE daemon_state (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    daemon_id varchar(100) NOT NULL UNIQUE,
    role text NOT NULL CHECK (role IN ('monitor', 'trader', 'both')),
    status text NOT NULL CHECK (status IN ('running', 'stopped', 'error')),
    last_heartbeat timestamptz NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE leases (
    key text PRIMARY KEY,
    holder varchar(100) NOT NULL,
    until timestamptz NOT NULL,
    since timestamptz NOT NULL,
    covered_until timestamptz
);
CREATE INDEX leases_holder ON leases (holder);

CREATE TABLE instruments (
    exchange_id varchar(50) NOT NULL,
    market_type varchar(20) NOT NULL CHECK (market_type IN ('spot', 'futures')),
    pair varchar(50) NOT NULL,
    symbol text NOT NULL,
    tick_size numeric NOT NULL,
    step_size numeric NOT NULL,
    contract_size numeric NOT NULL DEFAULT 1,
    min_size numeric,
    min_notional numeric,
    listed boolean NOT NULL DEFAULT true,
    seen_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (exchange_id, market_type, pair)
);
"""

RIGHTS = """
GRANT USAGE ON SCHEMA public TO collector;

ALTER TABLE monitoring ENABLE ROW LEVEL SECURITY;
ALTER TABLE monitoring FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON monitoring TO app
    USING (organization_id = (SELECT current_organization()))
    WITH CHECK (organization_id = (SELECT current_organization()));
CREATE POLICY control ON monitoring TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
CREATE POLICY collector ON monitoring TO collector USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON monitoring TO app, control;
GRANT SELECT ON monitoring TO collector;

ALTER TABLE daemon_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE daemon_state FORCE ROW LEVEL SECURITY;
CREATE POLICY collector ON daemon_state TO collector USING (true);
CREATE POLICY control ON daemon_state TO control USING (true);
GRANT SELECT, INSERT, UPDATE ON daemon_state TO collector;
GRANT SELECT, DELETE ON daemon_state TO control;

ALTER TABLE leases ENABLE ROW LEVEL SECURITY;
ALTER TABLE leases FORCE ROW LEVEL SECURITY;
CREATE POLICY collector ON leases TO collector USING (key LIKE 'book/%');
GRANT SELECT, INSERT, UPDATE ON leases TO collector;

ALTER TABLE instruments ENABLE ROW LEVEL SECURITY;
ALTER TABLE instruments FORCE ROW LEVEL SECURITY;
CREATE POLICY collector ON instruments TO collector USING (true);
CREATE POLICY app ON instruments TO app USING (true);
GRANT SELECT, INSERT, UPDATE ON instruments TO collector;
GRANT SELECT ON instruments TO app;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
    op.execute(RIGHTS)
