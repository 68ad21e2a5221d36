"""The audit log, which only grows, and the care of `bot_metrics`' partitions."""

from alembic import op

revision = "0002"
down_revision = "0001"

AUDIT = """
CREATE TABLE audit_log (
    organization_id text NOT NULL REFERENCES organization,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    before jsonb,
    after jsonb,
    request_id text NOT NULL,
    address text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (organization_id, number)
);

-- Each row's hash covers the row and the hash before it: a row changed, taken out or slipped in
-- breaks the chain from there on. Times enter as seconds, whatever the session's time zone.
CREATE FUNCTION audit_hash(entry audit_log, previous bytea) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(coalesce(previous, '') || convert_to(jsonb_build_array(
        entry.organization_id, entry.number, extract(epoch FROM entry.at)::text, entry.actor,
        entry.action, entry.subject, entry.before, entry.after, entry.request_id, entry.address
    )::text, 'UTF8'))
$$;

CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last audit_log;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit ' || NEW.organization_id, 0));
    SELECT * INTO last FROM audit_log
        WHERE organization_id = NEW.organization_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(last.number, 0) + 1;
    NEW.hash := audit_hash(NEW, last.hash);
    RETURN NEW;
END $$;
CREATE TRIGGER audit_append BEFORE INSERT ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_append();

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- The number of the first row that does not follow from the one before it, or NULL.
CREATE FUNCTION audit_broken_at(wanted text) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT min(expected) FROM (
        SELECT row_number() OVER chain AS expected, entry.number, entry.hash,
            audit_hash(entry, lag(entry.hash) OVER chain) AS right_hash
        FROM audit_log entry WHERE entry.organization_id = wanted
        WINDOW chain AS (ORDER BY entry.number)
    ) AS checked
    WHERE number <> expected OR hash <> right_hash
$$;
"""

# A partition is made beside the table, takes over its day's rows from the default partition, and
# is attached after: rows that came before their partition are found in it. Its foreign key is there
# before its rows, for attaching would check them as the owner, whom row security shows no bot.
PARTITIONS = """
CREATE FUNCTION tend_metric_partitions(today date, ahead integer, kept integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC'
AS $$
DECLARE
    day date;
    name text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('tend_metric_partitions', 0));
    FOR day IN SELECT generate_series(today - 1, today + ahead, interval '1 day')::date LOOP
        name := 'bot_metrics_' || to_char(day, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('public.' || name) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I (LIKE public.bot_metrics INCLUDING ALL)', name);
        EXECUTE format(
            'ALTER TABLE public.%I ADD FOREIGN KEY (bot_id, organization_id) '
            'REFERENCES public.bots (id, organization_id) ON DELETE CASCADE', name);
        EXECUTE format(
            'WITH early AS (DELETE FROM public.bot_metrics_default '
            'WHERE timestamp >= %L AND timestamp < %L RETURNING *) '
            'INSERT INTO public.%I SELECT * FROM early',
            day::timestamptz, (day + 1)::timestamptz, name);
        EXECUTE format(
            'ALTER TABLE public.bot_metrics ATTACH PARTITION public.%I '
            'FOR VALUES FROM (%L) TO (%L)',
            name, day::timestamptz, (day + 1)::timestamptz);
    END LOOP;
    FOR name IN
        SELECT child.relname FROM pg_inherits
        JOIN pg_class child ON child.oid = inhrelid
        WHERE inhparent = 'public.bot_metrics'::regclass
            AND child.relname ~ '^bot_metrics_[0-9]{8}$'
            AND child.relname < 'bot_metrics_' || to_char(today - kept, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE public.%I', name);
    END LOOP;
    DELETE FROM public.bot_metrics_default WHERE timestamp < (today - kept)::timestamptz;
END $$;
REVOKE ALL ON FUNCTION tend_metric_partitions FROM PUBLIC;
"""


def upgrade() -> None:
    op.execute(AUDIT)
    op.execute(PARTITIONS)
