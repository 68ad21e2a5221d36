"""Events that members watch while they happen, and who watches.

An event is written by the table that it tells of, in the transaction that made it true: whoever
writes a bot, an order or a command cannot forget it. Its number comes later, from one writer at a
time: numbers given inside the transactions would become visible out of order, and a reader that
remembers the last one would miss events. Decimals are texts, as in every answer.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = """
-- No foreign key: the rows that it tells of have theirs, and each would cost a look.
CREATE TABLE live_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text NOT NULL,
    number bigint,
    topic text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX live_events_unnumbered ON live_events (organization_id, id) WHERE number IS NULL;
CREATE INDEX live_events_number ON live_events (organization_id, topic, number);
CREATE INDEX live_events_age ON live_events (created_at);

CREATE TABLE live_feeds (
    organization_id text PRIMARY KEY REFERENCES organization,
    head bigint NOT NULL DEFAULT 0,
    whole_after bigint NOT NULL DEFAULT 0
);

CREATE TABLE live_tickets (
    hash bytea PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    user_id text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'admin')),
    expires_at timestamptz NOT NULL
);

CREATE TABLE live_connections (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    user_id text NOT NULL,
    role text NOT NULL CHECK (role IN ('viewer', 'trader', 'admin')),
    connected_at timestamptz NOT NULL,
    authorized_until timestamptz NOT NULL,
    busy_until timestamptz,
    UNIQUE (id, organization_id)
);
CREATE INDEX live_connections_authorized ON live_connections (authorized_until);
CREATE INDEX live_connections_organization ON live_connections (organization_id);

CREATE TABLE live_subscriptions (
    connection_id text NOT NULL,
    organization_id text NOT NULL,
    topic text NOT NULL,
    sent bigint NOT NULL,
    PRIMARY KEY (connection_id, topic),
    FOREIGN KEY (connection_id, organization_id)
        REFERENCES live_connections (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX live_subscriptions_topic ON live_subscriptions (organization_id, topic);
"""

# A statement of thousands of rows writes its events by one more statement.
TRIGGERS = """
CREATE FUNCTION live_bots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT changed.organization_id, told.topic, told.kind, changed.updated_at, jsonb_build_object(
        'bot_id', changed.id, 'name', changed.name, 'status', changed.status,
        'status_reason', changed.status_reason, 'status_detail', changed.status_detail,
        'desired_status', changed.desired_status, 'session', changed.session,
        'updated_at', changed.updated_at, 'deleted', false)
    FROM changed LEFT JOIN before ON before.id = changed.id,
        LATERAL (VALUES ('bots', 'bot'), ('bot/' || changed.id, 'status')) AS told (topic, kind)
    WHERE before.id IS NULL
        OR (changed.status, changed.status_reason, changed.status_detail, changed.desired_status,
            changed.name, changed.session)
        IS DISTINCT FROM (before.status, before.status_reason, before.status_detail,
            before.desired_status, before.name, before.session)
    ORDER BY changed.id;
    RETURN NULL;
END $$;
CREATE FUNCTION live_new_bots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'bots', 'bot', updated_at, jsonb_build_object(
        'bot_id', id, 'name', name, 'status', status, 'status_reason', status_reason,
        'status_detail', status_detail, 'desired_status', desired_status, 'session', session,
        'updated_at', updated_at, 'deleted', false)
    FROM changed ORDER BY id;
    RETURN NULL;
END $$;
CREATE FUNCTION live_gone_bots() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, topic, kind, now(), jsonb_build_object(
        'bot_id', id, 'name', name, 'deleted', true)
    FROM before, LATERAL (VALUES ('bots', 'bot'), ('bot/' || id, 'status')) AS told (topic, kind)
    ORDER BY id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON bots REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_new_bots();
CREATE TRIGGER live AFTER UPDATE ON bots REFERENCING NEW TABLE AS changed OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION live_bots();
CREATE TRIGGER live_gone AFTER DELETE ON bots REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION live_gone_bots();

CREATE FUNCTION live_commands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, topic, 'command', updated_at, jsonb_build_object(
        'command_id', id, 'bot_id', bot_id, 'kind', kind, 'state', state, 'reason', reason,
        'created_at', created_at, 'expires_at', expires_at, 'updated_at', updated_at)
    FROM changed, LATERAL (VALUES ('commands'), ('bot/' || bot_id)) AS told (topic)
    ORDER BY changed.updated_at, changed.id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON commands REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_commands();
CREATE TRIGGER live AFTER UPDATE ON commands REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_commands();

CREATE FUNCTION live_orders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'bot/' || bot_id, 'order', updated_at, jsonb_build_object(
        'bot_id', bot_id, 'client_order_id', client_order_id,
        'exchange_order_id', exchange_order_id, 'trading_pair', trading_pair,
        'order_type', order_type, 'order_side', order_side, 'price', price::text,
        'quantity', quantity::text, 'filled_quantity', filled_quantity::text, 'status', status,
        'reason', reason, 'exchange_timestamp', exchange_timestamp, 'created_at', created_at,
        'updated_at', updated_at)
    FROM changed ORDER BY bot_id, client_order_id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON orders REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_orders();
CREATE TRIGGER live AFTER UPDATE ON orders REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_orders();

CREATE FUNCTION live_fills() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'bot/' || bot_id, 'fill', executed_at, jsonb_build_object(
        'bot_id', bot_id, 'trade_id', trade_id, 'client_order_id', client_order_id,
        'exchange_order_id', exchange_order_id, 'trading_pair', trading_pair, 'order_side', side,
        'price', price::text, 'quantity', quantity::text, 'fee', fee_amount::text,
        'fee_asset', fee_asset, 'fee_price', fee_price::text, 'maker', maker,
        'executed_at', executed_at, 'source', source)
    FROM changed ORDER BY bot_id, executed_at, trade_id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON fills REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_fills();

-- Figures are told to who listens; of those that nobody heard only the newest would count.
CREATE FUNCTION live_metrics() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'bot/' || bot_id, 'metrics', timestamp, body
    FROM changed
    WHERE kind = 'metrics' AND EXISTS (
        SELECT FROM live_subscriptions AS heard
        WHERE heard.organization_id = changed.organization_id
            AND heard.topic = 'bot/' || changed.bot_id);
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON bot_snapshots REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_metrics();
CREATE TRIGGER live AFTER UPDATE ON bot_snapshots REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_metrics();
"""

TABLE_NAMES = (
    "live_events", "live_feeds", "live_tickets", "live_connections", "live_subscriptions",
)  # fmt: skip

RIGHTS = """
GRANT USAGE ON SCHEMA public TO live;
GRANT SELECT ON bots TO live;
CREATE POLICY live ON bots TO live
    USING (organization_id = (SELECT current_organization()));
GRANT SELECT, INSERT, UPDATE ON jobs TO live;
CREATE POLICY live ON jobs TO live USING (true);
GRANT SELECT, INSERT ON live_events TO app, control, ingest;
GRANT SELECT ON live_feeds, live_connections, live_subscriptions TO app, control;
GRANT SELECT ON live_subscriptions TO ingest;
GRANT SELECT, INSERT ON live_tickets TO app;
GRANT SELECT ON live_tickets TO control;
GRANT SELECT, UPDATE, DELETE ON live_events TO live;
GRANT SELECT, INSERT, UPDATE ON live_feeds TO live;
GRANT SELECT, DELETE ON live_tickets TO live;
GRANT SELECT, INSERT, UPDATE, DELETE ON live_connections, live_subscriptions TO live;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in TABLE_NAMES:
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY app ON {table} TO app
                USING (organization_id = (SELECT current_organization()))
                WITH CHECK (organization_id = (SELECT current_organization()));
            CREATE POLICY watchmen ON {table} TO control, live
                USING ((SELECT current_organization()) IS NULL
                    OR organization_id = (SELECT current_organization()));
            CREATE POLICY ingest ON {table} TO ingest USING (true);
        """)
    op.execute(RIGHTS)
    op.execute(TRIGGERS)
