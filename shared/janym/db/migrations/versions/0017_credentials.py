"""What the exchange last said of a key, when it was encrypted, and keys that are gone.

A deleted key that a stopped bot still names keeps its row, without anything that can be decrypted;
its label is free again.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

STATEMENTS = """
ALTER TABLE exchange_credentials
    ADD COLUMN check_state text NOT NULL DEFAULT 'valid'
        CHECK (check_state IN ('valid', 'refused', 'unknown')),
    ADD COLUMN check_code text,
    ADD COLUMN check_detail text,
    ADD COLUMN check_asked_at timestamptz,
    ADD COLUMN encrypted_at timestamptz,
    ADD COLUMN deleted_at timestamptz,
    ADD CONSTRAINT exchange_credentials_gone CHECK (deleted_at IS NULL OR (
        api_key_encrypted = '' AND api_secret_encrypted = '' AND passphrase_encrypted IS NULL
        AND hint = '')),
    DROP CONSTRAINT exchange_credentials_organization_id_exchange_label_environ_key;
CREATE UNIQUE INDEX exchange_credentials_label
    ON exchange_credentials (organization_id, exchange, label, environment)
    WHERE deleted_at IS NULL;
"""


def upgrade() -> None:
    op.execute(STATEMENTS)
