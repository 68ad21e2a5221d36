"""Versions of what bots are made of, templates for them, and two views in the words of others.

`hummingbot_instances` is the bots, `deployment_configs` what each run was given; both show what
their reader may see of the tables below them.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

STATEMENTS = """
CREATE TABLE config_versions (
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    at timestamptz NOT NULL,
    author text NOT NULL,
    note text NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (bot_id, number),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE TABLE bot_templates (
    organization_id text NOT NULL REFERENCES organization,
    name text NOT NULL,
    description text NOT NULL,
    strategy_type text NOT NULL,
    config jsonb NOT NULL,
    author text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, name)
);

-- What bots are today becomes their first version: the owner sees them for this one statement.
ALTER TABLE bots NO FORCE ROW LEVEL SECURITY;
INSERT INTO config_versions (organization_id, bot_id, number, at, author, note, body)
SELECT organization_id, id, 1, updated_at, 'platform', 'known when versions began',
    jsonb_build_object('name', name, 'strategy_type', strategy_type, 'exchange', exchange,
        'environment', environment, 'trading_pair', trading_pair,
        'credential_id', credential_id::text, 'config', config)
FROM bots;
ALTER TABLE bots FORCE ROW LEVEL SECURITY;

CREATE VIEW hummingbot_instances WITH (security_invoker = true) AS
    SELECT id, name, status, config, created_at, updated_at FROM bots;
CREATE VIEW deployment_configs WITH (security_invoker = true) AS
    SELECT run.id, version.body ->> 'environment' AS environment,
        version.body -> 'config' AS config, version.number AS version, run.claimed_at AS deployed_at
    FROM bot_runs run CROSS JOIN LATERAL (
        SELECT body, number FROM config_versions known
        WHERE known.bot_id = run.bot_id AND known.at <= run.claimed_at
        ORDER BY number DESC LIMIT 1
    ) version;
"""
FENCE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON {table} TO app
    USING (organization_id = (SELECT current_organization()))
    WITH CHECK (organization_id = (SELECT current_organization()));
CREATE POLICY control ON {table} TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
"""
RIGHTS = """
GRANT SELECT, INSERT ON config_versions TO app, control;
GRANT SELECT, INSERT, UPDATE, DELETE ON bot_templates TO app, control;
GRANT SELECT ON hummingbot_instances, deployment_configs TO app, control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
    for table in ("config_versions", "bot_templates"):
        op.execute(FENCE.format(table=table))
    op.execute(RIGHTS)
