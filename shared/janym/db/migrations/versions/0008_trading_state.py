"""Whether an organization's bots may trade, and with real money; how much of each it may have."""

from alembic import op

revision = "0008"
down_revision = "0007"

COLUMNS = """
ALTER TABLE organization
    ADD COLUMN trading_state text NOT NULL DEFAULT 'ACTIVE'
        CHECK (trading_state IN ('ACTIVE', 'REDUCING', 'HALTED')),
    ADD COLUMN state_reason text,
    ADD COLUMN state_by text,
    ADD COLUMN state_at timestamptz,
    ADD COLUMN live_trading boolean NOT NULL DEFAULT false,
    ADD COLUMN max_bots integer NOT NULL DEFAULT 1000 CHECK (max_bots >= 0),
    ADD COLUMN max_running_bots integer NOT NULL DEFAULT 500 CHECK (max_running_bots >= 0),
    ADD COLUMN max_credentials integer NOT NULL DEFAULT 1000 CHECK (max_credentials >= 0),
    ADD COLUMN requests_per_minute integer NOT NULL DEFAULT 12000
        CHECK (requests_per_minute >= 2);
"""


def upgrade() -> None:
    op.execute(COLUMNS)
