"""Whoever watches a bot is told that its log went on; the lines themselves are read."""

from alembic import op

revision = "0032"
down_revision = "0031"

STATEMENTS = """
CREATE FUNCTION live_logs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (organization_id, topic, kind, at, data)
    SELECT organization_id, 'bot/' || bot_id, 'log', max(timestamp), jsonb_build_object(
        'bot_id', bot_id, 'timestamp', max(timestamp))
    FROM changed
    WHERE EXISTS (
        SELECT FROM live_subscriptions AS heard
        WHERE heard.organization_id = changed.organization_id
            AND heard.topic = 'bot/' || changed.bot_id)
    GROUP BY organization_id, bot_id;
    RETURN NULL;
END $$;
CREATE TRIGGER live_new AFTER INSERT ON bot_logs REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_logs();
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
