"""Who reads an organization's events over MQTT, and how far they are published.

An organization has a row in `live_outlets` while somebody may read: without one nothing is
published. The index holds numbered events alone, so whoever writes events does not pay for it.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

TABLES = """
CREATE TABLE integrators (
    id uuid PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organization,
    name text NOT NULL,
    certificate text NOT NULL,
    pem text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_by text,
    revoked_at timestamptz,
    ended_at timestamptz,
    CHECK ((revoked_by IS NULL) = (revoked_at IS NULL)),
    CHECK (ended_at IS NULL OR revoked_at IS NOT NULL)
);
CREATE INDEX integrators_organization ON integrators (organization_id, created_at, id);
CREATE INDEX integrators_ending ON integrators (revoked_at)
    WHERE revoked_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE live_outlets (
    organization_id text PRIMARY KEY REFERENCES organization,
    published bigint NOT NULL,
    busy_until timestamptz
);

CREATE INDEX live_events_published ON live_events (organization_id, number)
    WHERE number IS NOT NULL AND kind IN ('status', 'order', 'fill');
"""

RIGHTS = """
GRANT SELECT, INSERT, UPDATE ON integrators TO app;
GRANT SELECT, INSERT ON live_outlets TO app;
GRANT SELECT ON integrators, live_outlets TO control;
GRANT SELECT, UPDATE ON integrators TO live;
GRANT SELECT, UPDATE, DELETE ON live_outlets TO live;
"""


def upgrade() -> None:
    op.execute(TABLES)
    for table in ("integrators", "live_outlets"):
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY app ON {table} TO app
                USING (organization_id = (SELECT current_organization()))
                WITH CHECK (organization_id = (SELECT current_organization()));
            CREATE POLICY watchmen ON {table} TO control, live
                USING ((SELECT current_organization()) IS NULL
                    OR organization_id = (SELECT current_organization()));
        """)
    op.execute(RIGHTS)
