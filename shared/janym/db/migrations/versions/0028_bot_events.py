"""What became of each bot: a row for each change of its state or of what its owner wants.

The table of bots writes it, as it writes what members watch: nobody who changes a bot can forget
it. A bot that waits says so in ever new words; words alone make no row.
"""

from alembic import op

revision = "0028"
down_revision = "0027"

TABLE = """
CREATE TABLE bot_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id text NOT NULL,
    bot_id uuid NOT NULL,
    at timestamptz NOT NULL,
    status text NOT NULL,
    status_reason text,
    status_detail text,
    desired_status text NOT NULL,
    session integer NOT NULL,
    FOREIGN KEY (bot_id, organization_id) REFERENCES bots (id, organization_id) ON DELETE CASCADE
);
CREATE INDEX bot_events_of_bot ON bot_events (bot_id, at, id);
CREATE INDEX bot_events_age ON bot_events (at);
"""

TRIGGERS = """
CREATE FUNCTION bot_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bot_events (organization_id, bot_id, at, status, status_reason, status_detail,
        desired_status, session)
    VALUES (NEW.organization_id, NEW.id, NEW.updated_at, NEW.status, NEW.status_reason,
        NEW.status_detail, NEW.desired_status, NEW.session);
    RETURN NULL;
END $$;
CREATE TRIGGER event_new AFTER INSERT ON bots FOR EACH ROW EXECUTE FUNCTION bot_event();
CREATE TRIGGER event AFTER UPDATE ON bots FOR EACH ROW
    WHEN ((NEW.status, NEW.status_reason, NEW.desired_status, NEW.session)
        IS DISTINCT FROM (OLD.status, OLD.status_reason, OLD.desired_status, OLD.session))
    EXECUTE FUNCTION bot_event();
"""

RIGHTS = """
ALTER TABLE bot_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE bot_events FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON bot_events TO app
    USING (organization_id = (SELECT current_organization()))
    WITH CHECK (organization_id = (SELECT current_organization()));
CREATE POLICY control ON bot_events TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
CREATE POLICY ingest ON bot_events FOR INSERT TO ingest WITH CHECK (true);
GRANT SELECT, INSERT ON bot_events TO app;
GRANT SELECT, INSERT, DELETE ON bot_events TO control;
GRANT INSERT ON bot_events TO ingest;
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(TRIGGERS)
    op.execute(RIGHTS)
