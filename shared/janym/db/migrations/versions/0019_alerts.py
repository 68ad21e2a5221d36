"""Rules, channels, alerts and deliveries, and a role for those who watch and tell.

`alerts` reads what rules are about, of all organizations, and neither keys nor audit; it is the
role of the function that calls addresses which users gave.
"""

from alembic import op

revision = "0019"
down_revision = "0018"

TABLES = """
CREATE TABLE alert_channels (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    kind text NOT NULL CHECK (kind IN ('webhook', 'email', 'slack', 'telegram', 'pagerduty')),
    label text NOT NULL,
    hint text NOT NULL,
    sealed bytea NOT NULL,
    quiet_begin time,
    quiet_end time,
    quiet_zone text,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (organization_id, label),
    UNIQUE (id, organization_id),
    CHECK ((quiet_begin IS NULL) = (quiet_end IS NULL)
        AND (quiet_begin IS NULL) = (quiet_zone IS NULL))
);

CREATE TABLE alert_rules (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    kind text NOT NULL CHECK (kind IN ('bot_error', 'bot_silent', 'orphaned_orders', 'drawdown',
        'loss_limit', 'goal_reached', 'low_balance', 'large_fill', 'collector_stale')),
    bot_id uuid,
    threshold numeric,
    asset text,
    silence_s integer,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    channels uuid[] NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, organization_id),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX alert_rules_kind ON alert_rules (kind, organization_id) WHERE enabled;
CREATE INDEX alert_rules_bot ON alert_rules (bot_id);

-- The highest balance that a rule saw of a bot.
CREATE TABLE alert_peaks (
    rule_id uuid NOT NULL,
    bot_id uuid NOT NULL,
    organization_id text NOT NULL,
    peak numeric NOT NULL,
    PRIMARY KEY (rule_id, bot_id),
    FOREIGN KEY (rule_id, organization_id)
        REFERENCES alert_rules (id, organization_id) ON DELETE CASCADE,
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX alert_peaks_bot ON alert_peaks (bot_id);

CREATE TABLE alerts (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    rule_id uuid REFERENCES alert_rules ON DELETE SET NULL,
    kind text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    subject text NOT NULL,
    bot_id uuid,
    title text NOT NULL,
    facts jsonb NOT NULL,
    fact boolean NOT NULL,
    times integer NOT NULL DEFAULT 1,
    raised_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    UNIQUE (id, organization_id)
);
CREATE UNIQUE INDEX alerts_once ON alerts (rule_id, subject) WHERE resolved_at IS NULL OR fact;
CREATE INDEX alerts_newest ON alerts (organization_id, raised_at, id);
CREATE INDEX alerts_rule ON alerts (rule_id, subject, resolved_at);

CREATE TABLE alert_deliveries (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL,
    channel_id uuid NOT NULL,
    alert_id uuid,
    occasion text NOT NULL CHECK (occasion IN ('raised', 'resolved', 'test')),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL,
    reason text,
    created_at timestamptz NOT NULL,
    delivered_at timestamptz,
    FOREIGN KEY (channel_id, organization_id)
        REFERENCES alert_channels (id, organization_id) ON DELETE CASCADE,
    FOREIGN KEY (alert_id, organization_id)
        REFERENCES alerts (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX alert_deliveries_due ON alert_deliveries (not_before) WHERE state = 'pending';
CREATE INDEX alert_deliveries_alert ON alert_deliveries (alert_id, created_at);
CREATE INDEX alert_deliveries_channel ON alert_deliveries (channel_id, created_at);
"""

RIGHTS = """
GRANT USAGE ON SCHEMA public TO alerts;
GRANT SELECT ON bots, fills, bot_snapshots, daemon_state TO alerts;
GRANT INSERT ON live_events TO alerts;
GRANT SELECT, INSERT, UPDATE ON jobs TO alerts;
CREATE POLICY alerts ON bots TO alerts USING (true);
CREATE POLICY alerts ON fills TO alerts USING (true);
CREATE POLICY alerts ON bot_snapshots TO alerts USING (true);
CREATE POLICY alerts ON daemon_state TO alerts USING (true);
CREATE POLICY alerts ON live_events TO alerts USING (true);
CREATE POLICY alerts ON jobs TO alerts USING (true);

GRANT SELECT ON members TO live;
CREATE POLICY live ON members TO live USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON alert_channels, alert_rules TO app;
GRANT SELECT ON alert_peaks TO app;
GRANT SELECT ON alerts TO app;
GRANT UPDATE (acknowledged_at, acknowledged_by) ON alerts TO app;
GRANT SELECT, INSERT ON alert_deliveries TO app;
GRANT SELECT ON alert_channels, alert_rules TO alerts;
GRANT SELECT, INSERT, UPDATE ON alert_peaks, alerts, alert_deliveries TO alerts;
GRANT SELECT ON alert_channels, alert_rules, alert_peaks, alerts, alert_deliveries TO control;
GRANT DELETE ON alerts TO control;
"""

TELLS = """
CREATE FUNCTION live_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'alerts', 'alert',
        coalesce(resolved_at, acknowledged_at, last_at), jsonb_build_object(
        'alert_id', id, 'kind', kind, 'severity', severity, 'bot_id', bot_id, 'title', title,
        'state', CASE WHEN resolved_at IS NOT NULL THEN 'resolved'
            WHEN acknowledged_at IS NOT NULL THEN 'acknowledged' ELSE 'open' END,
        'count', times, 'raised_at', raised_at, 'last_at', last_at,
        'acknowledged_at', acknowledged_at, 'resolved_at', resolved_at)
    FROM changed ORDER BY raised_at, id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON alerts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_alerts();
CREATE TRIGGER live AFTER UPDATE ON alerts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_alerts();
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("alert_channels", "alert_rules", "alert_peaks", "alerts", "alert_deliveries"):
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY app ON {table} TO app
                USING (organization_id = (SELECT current_organization()))
                WITH CHECK (organization_id = (SELECT current_organization()));
            CREATE POLICY watchmen ON {table} TO control, alerts
                USING ((SELECT current_organization()) IS NULL
                    OR organization_id = (SELECT current_organization()));
        """)
    op.execute(RIGHTS)
    op.execute(TELLS)
