"""Collectors see which sockets watch books, and sockets are asked whether a book is collected.

A collector sees the subscriptions to books and the sockets that have one: their names and how long
they may listen, not whose they are.
"""

from alembic import op

revision = "0026"
down_revision = "0025"

STATEMENTS = """
CREATE INDEX live_subscriptions_books ON live_subscriptions (topic) WHERE topic LIKE 'book/%';
CREATE POLICY collector ON live_subscriptions FOR SELECT TO collector USING (topic LIKE 'book/%');
CREATE POLICY collector ON live_connections FOR SELECT TO collector
    USING (id IN (SELECT connection_id FROM live_subscriptions));
GRANT SELECT (connection_id, topic) ON live_subscriptions TO collector;
GRANT SELECT (id, authorized_until) ON live_connections TO collector;

CREATE POLICY live ON monitoring FOR SELECT TO live
    USING (organization_id IS NULL OR organization_id = (SELECT current_organization()));
GRANT SELECT ON monitoring TO live;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
