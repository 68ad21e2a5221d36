"""Exchange keys in PostgreSQL, as ciphertext alone."""

from collections.abc import Sequence
from typing import Any

import psycopg

from janym.db.connection import Transaction
from janym.domain.bot import Environment
from janym.domain.credential import Credential, EncryptedKey, Permissions
from janym.domain.errors import AlreadyExists, Conflict, NotFound
from janym.domain.ids import CredentialId, OrganizationId


class Credentials:
    """`ports.unit_of_work.Credentials`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: CredentialId) -> Credential:
        row = self._transaction.one("SELECT * FROM exchange_credentials WHERE id = %s", (key,))
        if row is None:
            raise NotFound("credential", key)
        return _credential(row)

    def list(self) -> Sequence[Credential]:
        rows = self._transaction.all("SELECT * FROM exchange_credentials ORDER BY created_at, id")
        return [_credential(row) for row in rows]

    def add(self, credential: Credential) -> None:
        added = self._transaction.run(
            """
            INSERT INTO exchange_credentials (
                id, organization_id, exchange, environment, label, hint, api_key_encrypted,
                api_secret_encrypted, passphrase_encrypted, may_trade, may_withdraw, checked_at,
                created_at, updated_at
            ) VALUES (
                %(id)s, %(organization)s, %(exchange)s, %(environment)s, %(label)s, %(hint)s,
                %(api_key)s, %(api_secret)s, %(passphrase)s, %(trade)s, %(withdraw)s,
                %(checked_at)s, %(created_at)s, %(updated_at)s
            )
            ON CONFLICT (organization_id, exchange, label, environment) DO NOTHING
            """,
            _parameters(credential),
        )
        if added.rowcount == 0:
            name = f"{credential.exchange} {credential.environment} {credential.label!r}"
            raise AlreadyExists("credential", name)

    def put(self, credential: Credential) -> None:
        changed = self._transaction.run(
            """
            UPDATE exchange_credentials SET
                label = %(label)s, hint = %(hint)s, api_key_encrypted = %(api_key)s,
                api_secret_encrypted = %(api_secret)s, passphrase_encrypted = %(passphrase)s,
                may_trade = %(trade)s, may_withdraw = %(withdraw)s, checked_at = %(checked_at)s,
                updated_at = %(updated_at)s
            WHERE id = %(id)s
            """,
            _parameters(credential),
        )
        if changed.rowcount == 0:
            raise NotFound("credential", credential.id)

    def remove(self, key: CredentialId) -> None:
        in_use = Conflict("CREDENTIAL_IN_USE", "a bot trades with this credential: remove it first")
        if self._transaction.one("SELECT 1 FROM bots WHERE credential_id = %s LIMIT 1", (key,)):
            raise in_use
        try:
            gone = self._transaction.run("DELETE FROM exchange_credentials WHERE id = %s", (key,))
        except psycopg.errors.ForeignKeyViolation as error:
            raise in_use from error
        if gone.rowcount == 0:
            raise NotFound("credential", key)


def _credential(row: Any) -> Credential:
    return Credential(
        id=CredentialId(row.id),
        organization=OrganizationId(row.organization_id),
        exchange=row.exchange,
        environment=Environment(row.environment),
        label=row.label,
        hint=row.hint,
        encrypted=EncryptedKey(
            api_key=row.api_key_encrypted,
            api_secret=row.api_secret_encrypted,
            passphrase=row.passphrase_encrypted,
        ),
        permissions=Permissions(trade=row.may_trade, withdraw=row.may_withdraw),
        checked_at=row.checked_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _parameters(credential: Credential) -> dict[str, Any]:
    return {
        "id": credential.id,
        "organization": credential.organization,
        "exchange": credential.exchange,
        "environment": credential.environment.value,
        "label": credential.label,
        "hint": credential.hint,
        "api_key": credential.encrypted.api_key,
        "api_secret": credential.encrypted.api_secret,
        "passphrase": credential.encrypted.passphrase,
        "trade": credential.permissions.trade,
        "withdraw": credential.permissions.withdraw,
        "checked_at": credential.checked_at,
        "created_at": credential.created_at,
        "updated_at": credential.updated_at,
    }
