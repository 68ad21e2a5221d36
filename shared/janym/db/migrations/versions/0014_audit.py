"""Reading the audit log by who, what and when; and seeing that its end was cut off.

The head of each chain is kept beside it and the next line follows from the head: where lines are
gone from the end, the chain has a gap for ever, and until the next line comes its head is missing.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

INDEXES = """
CREATE INDEX audit_newest ON audit_log (organization_id, at, number);
CREATE INDEX audit_of_actor ON audit_log (organization_id, actor, at, number);
CREATE INDEX audit_of_action ON audit_log (organization_id, action, at, number);
CREATE INDEX audit_of_subject ON audit_log (organization_id, subject, at, number);
"""

HEADS = """
CREATE TABLE audit_heads (
    organization_id text PRIMARY KEY REFERENCES organization,
    number bigint NOT NULL,
    hash bytea NOT NULL
);
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY app ON audit_heads TO app
    USING (organization_id = (SELECT current_organization()))
    WITH CHECK (organization_id = (SELECT current_organization()));
CREATE POLICY control ON audit_heads TO control
    USING ((SELECT current_organization()) IS NULL
        OR organization_id = (SELECT current_organization()));
GRANT SELECT, INSERT, UPDATE ON audit_heads TO app, control;

CREATE FUNCTION audit_head_advances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.organization_id <> OLD.organization_id OR NEW.number <> OLD.number + 1 THEN
        RAISE EXCEPTION 'the head of an audit chain moves on by one line'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_head_advances BEFORE UPDATE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION audit_head_advances();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE OR REPLACE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_number bigint;
    last_hash bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit ' || NEW.organization_id, 0));
    SELECT number, hash INTO last_number, last_hash FROM audit_heads
        WHERE organization_id = NEW.organization_id;
    IF NOT FOUND THEN  -- a chain from before heads were kept, or a new one
        SELECT number, hash INTO last_number, last_hash FROM audit_log
            WHERE organization_id = NEW.organization_id ORDER BY number DESC LIMIT 1;
    END IF;
    NEW.number := coalesce(last_number, 0) + 1;
    NEW.hash := audit_hash(NEW, last_hash);
    INSERT INTO audit_heads (organization_id, number, hash)
        VALUES (NEW.organization_id, NEW.number, NEW.hash)
        ON CONFLICT (organization_id) DO UPDATE
            SET number = excluded.number, hash = excluded.hash;
    RETURN NEW;
END $$;
"""

FAULTS = """
DROP FUNCTION audit_broken_at;
CREATE FUNCTION audit_faults(wanted text) RETURNS TABLE (number bigint, fault text)
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN gap THEN before + 1 ELSE chain.number END,
        CASE WHEN gap THEN 'missing' ELSE 'changed' END
    FROM (
        SELECT entry.number, lag(entry.number, 1, 0::bigint) OVER line AS before,
            entry.number <> lag(entry.number, 1, 0::bigint) OVER line + 1 AS gap,
            entry.hash = audit_hash(entry, lag(entry.hash) OVER line) AS whole
        FROM audit_log entry WHERE entry.organization_id = wanted
        WINDOW line AS (ORDER BY entry.number)
    ) AS chain
    WHERE gap OR NOT whole
    UNION
    SELECT head.number, CASE WHEN newest.number = head.number THEN 'changed' ELSE 'cut_off' END
    FROM audit_heads head LEFT JOIN (
        SELECT entry.number, entry.hash FROM audit_log entry
        WHERE entry.organization_id = wanted ORDER BY entry.number DESC LIMIT 1
    ) AS newest ON true
    WHERE head.organization_id = wanted
        AND (newest.number, newest.hash) IS DISTINCT FROM (head.number, head.hash)
    ORDER BY 1, 2
$$;
"""


def upgrade() -> None:
    op.execute(INDEXES)
    op.execute(HEADS)
    op.execute(FAULTS)
