"""Alerts of keys that their exchange refuses, and alerts that are old enough to go.

`alerts` sees of a key its name and what the exchange said of it, and nothing that is encrypted.
"""

from alembic import op

revision = "0023"
down_revision = "0022"

STATEMENTS = """
ALTER TABLE alert_rules DROP CONSTRAINT alert_rules_kind_check;
ALTER TABLE alert_rules ADD CONSTRAINT alert_rules_kind_check CHECK (kind IN (
    'bot_error', 'bot_silent', 'orphaned_orders', 'drawdown', 'loss_limit', 'goal_reached',
    'low_balance', 'large_fill', 'collector_stale', 'key_refused'));
GRANT SELECT (id, organization_id, exchange, environment, label, check_state, check_code,
    check_detail, deleted_at) ON exchange_credentials TO alerts;
CREATE POLICY alerts ON exchange_credentials FOR SELECT TO alerts USING (true);
CREATE INDEX exchange_credentials_refused ON exchange_credentials (organization_id)
    WHERE check_state <> 'valid' AND deleted_at IS NULL;

CREATE INDEX alerts_age ON alerts (last_at);
CREATE INDEX alert_deliveries_of_tests ON alert_deliveries (created_at) WHERE alert_id IS NULL;
GRANT DELETE ON alert_deliveries TO control;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
