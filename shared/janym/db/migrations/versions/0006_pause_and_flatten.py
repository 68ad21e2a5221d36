"""A bot may be wanted paused, a stop may flatten, and a configuration may be applied."""

from alembic import op

revision = "0006"
down_revision = "0005"

CHANGES = """
ALTER TABLE bots DROP CONSTRAINT bots_desired_status_check;
ALTER TABLE bots ADD CONSTRAINT bots_desired_status_check
    CHECK (desired_status IN ('running', 'paused', 'stopped'));
ALTER TABLE bots DROP CONSTRAINT bots_stop_mode_check;
ALTER TABLE bots ADD CONSTRAINT bots_stop_mode_check
    CHECK (stop_mode IN ('cancel_orders', 'keep_orders', 'flatten'));
ALTER TABLE commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE commands ADD CONSTRAINT commands_kind_check
    CHECK (kind IN ('start', 'stop', 'restart', 'pause', 'resume', 'apply'));
DROP INDEX bots_unsettled;
CREATE INDEX bots_unsettled ON bots (id) WHERE desired_status <> 'stopped' OR status <> 'stopped';
CREATE INDEX commands_pending ON commands (bot_id)
    WHERE state IN ('accepted', 'published', 'acknowledged');
"""


def upgrade() -> None:
    op.execute(CHANGES)
