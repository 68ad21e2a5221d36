"""Tables, their constraints and their indexes.

Money is NUMERIC without a scale: what came in goes out. Times are timestamptz. Every row of a
tenant carries its organization, and refers to its parent together with it, so that no row can hang
on another organization's. The partitions of `bot_metrics` are made by `tend_metric_partitions`.
"""

from alembic import op

revision = "0001"
down_revision = None

OWNERS = """
CREATE TABLE organization (
    id text PRIMARY KEY CHECK (id <> ''),
    name text NOT NULL,
    stripe_customer_id text,
    stripe_subscription_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE exchange_credentials (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    exchange text NOT NULL,
    environment text NOT NULL CHECK (environment IN ('paper', 'demo', 'testnet', 'live')),
    label text NOT NULL DEFAULT 'default',
    hint text NOT NULL DEFAULT '',
    api_key_encrypted bytea NOT NULL,
    api_secret_encrypted bytea NOT NULL,
    passphrase_encrypted bytea,
    is_testnet boolean NOT NULL GENERATED ALWAYS AS (environment = 'testnet') STORED,
    may_trade boolean,
    may_withdraw boolean,
    checked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, exchange, label, environment),
    UNIQUE (id, organization_id)
);

CREATE TABLE bots (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    credential_id uuid NOT NULL,
    name text NOT NULL,
    strategy_type text NOT NULL,
    exchange text NOT NULL,
    environment text NOT NULL CHECK (environment IN ('paper', 'demo', 'testnet', 'live')),
    trading_pair text NOT NULL,
    config jsonb NOT NULL,
    tag text NOT NULL UNIQUE,
    desired_status text NOT NULL DEFAULT 'stopped' CHECK (desired_status IN ('running', 'stopped')),
    stop_mode text NOT NULL DEFAULT 'cancel_orders'
        CHECK (stop_mode IN ('cancel_orders', 'keep_orders')),
    status text NOT NULL DEFAULT 'stopped' CHECK (status IN
        ('stopped', 'starting', 'running', 'paused', 'stopping', 'error', 'orphaned')),
    status_reason text,
    status_detail text,
    reported_status text CHECK (reported_status IN
        ('stopped', 'starting', 'running', 'paused', 'stopping', 'error', 'orphaned')),
    reported_session integer NOT NULL DEFAULT 0,
    reported_seq bigint NOT NULL DEFAULT 0,
    reported_at timestamptz,
    session integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (id, organization_id),
    FOREIGN KEY (credential_id, organization_id)
        REFERENCES exchange_credentials (id, organization_id)
);
CREATE INDEX bots_status ON bots (organization_id, status);
CREATE INDEX bots_newest ON bots (organization_id, created_at, id);
CREATE INDEX bots_credential ON bots (credential_id, trading_pair);
CREATE INDEX bots_unsettled ON bots (id) WHERE desired_status = 'running' OR status <> 'stopped';
"""

WORK = """
CREATE TABLE bot_runs (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'launched', 'claimed', 'ended')),
    token_hash bytea NOT NULL,
    task_id text,
    session integer,
    certificate_id text,
    created_at timestamptz NOT NULL,
    launched_at timestamptz,
    claimed_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    exit_code integer,
    event_version bigint NOT NULL DEFAULT 0,
    checked_at timestamptz,
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX bot_runs_open ON bot_runs (bot_id) WHERE state <> 'ended';
CREATE UNIQUE INDEX bot_runs_task ON bot_runs (task_id);
CREATE INDEX bot_runs_unsettled ON bot_runs (bot_id) WHERE state <> 'ended' OR checked_at IS NULL;
CREATE INDEX bot_runs_newest ON bot_runs (bot_id, created_at);

CREATE TABLE commands (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('start', 'stop', 'restart')),
    payload jsonb NOT NULL,
    state text NOT NULL CHECK (state IN
        ('accepted', 'published', 'acknowledged', 'done', 'failed', 'expired')),
    reason text,
    asked_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (id, organization_id),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX commands_newest ON commands (bot_id, created_at, id);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    errand text NOT NULL CHECK (errand IN ('publish', 'reconcile')),
    command_id uuid,
    not_before timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE,
    FOREIGN KEY (command_id, organization_id)
        REFERENCES commands (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX outbox_due ON outbox (not_before, id);
CREATE INDEX outbox_bot ON outbox (bot_id);
CREATE INDEX outbox_command ON outbox (command_id);

CREATE TABLE idempotency (
    organization_id text NOT NULL REFERENCES organization,
    key text NOT NULL,
    route text NOT NULL,
    body_hash bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key, route)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
"""

TRADING = """
CREATE TABLE orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    client_order_id text NOT NULL,
    exchange_order_id text,
    trading_pair text NOT NULL,
    order_type text NOT NULL CHECK (order_type IN ('limit', 'market')),
    order_side text NOT NULL CHECK (order_side IN ('buy', 'sell')),
    price numeric,
    quantity numeric NOT NULL,
    filled_quantity numeric NOT NULL DEFAULT 0,
    status text NOT NULL CHECK (status IN ('open', 'filled', 'cancelled', 'failed')),
    reason text,
    exchange_timestamp timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (bot_id, client_order_id),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX orders_newest ON orders (bot_id, created_at);
CREATE INDEX orders_of_organization ON orders (organization_id, created_at);

CREATE TABLE fills (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    trade_id text NOT NULL,
    client_order_id text NOT NULL,
    exchange_order_id text,
    trading_pair text NOT NULL,
    side text NOT NULL CHECK (side IN ('buy', 'sell')),
    price numeric NOT NULL,
    quantity numeric NOT NULL,
    fee_asset text NOT NULL,
    fee_amount numeric NOT NULL,
    fee_price numeric,
    maker boolean,
    executed_at timestamptz NOT NULL,
    source text NOT NULL CHECK (source IN ('bot', 'venue')),
    session integer,
    seq bigint,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (bot_id, trading_pair, trade_id),
    CHECK ((session IS NULL) = (seq IS NULL)),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX fills_newest ON fills (bot_id, executed_at, trade_id);
CREATE INDEX fills_of_order ON fills (bot_id, client_order_id);
"""

TELEMETRY = """
CREATE TABLE bot_metrics (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    session integer NOT NULL,
    seq bigint NOT NULL,
    timestamp timestamptz NOT NULL,
    balance_usd numeric NOT NULL,
    balance_available numeric NOT NULL,
    balance_locked numeric NOT NULL,
    total_pnl numeric NOT NULL,
    total_pnl_pct numeric NOT NULL,
    realized_pnl numeric NOT NULL,
    unrealized_pnl numeric NOT NULL,
    active_orders_count integer NOT NULL,
    filled_orders_count integer NOT NULL,
    cancelled_orders_count integer NOT NULL,
    volume_24h numeric NOT NULL,
    extra jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id, timestamp),
    UNIQUE (bot_id, session, seq, timestamp),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
) PARTITION BY RANGE (timestamp);
CREATE INDEX bot_metrics_time ON bot_metrics (bot_id, timestamp);
CREATE TABLE bot_metrics_default PARTITION OF bot_metrics DEFAULT;

CREATE TABLE bot_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    session integer NOT NULL,
    seq bigint NOT NULL,
    timestamp timestamptz NOT NULL,
    level text NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    message text NOT NULL,
    metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (bot_id, session, seq),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX bot_logs_newest ON bot_logs (bot_id, timestamp, session, seq);
CREATE INDEX bot_logs_age ON bot_logs (created_at);

-- What a bot last said of a kind; an older word never replaces a newer one.
CREATE TABLE bot_snapshots (
    bot_id uuid NOT NULL,
    organization_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('metrics', 'config')),
    session integer NOT NULL,
    seq bigint NOT NULL,
    timestamp timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (bot_id, kind),
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);

CREATE TABLE rejected_messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text,
    bot text NOT NULL,
    topic text NOT NULL,
    client_id text,
    reason text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX rejected_messages_once
    ON rejected_messages (topic, received_at, sha256(body));
CREATE INDEX rejected_messages_age ON rejected_messages (created_at);
"""


def upgrade() -> None:
    for statements in (OWNERS, WORK, TRADING, TELEMETRY):
        op.execute(statements)
