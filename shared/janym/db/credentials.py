"""Exchange keys in PostgreSQL, as ciphertext alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from janym.db.connection import Transaction
from janym.domain.bot import Environment
from janym.domain.credential import (
    Credential,
    EncryptedKey,
    KeyCheck,
    KeyState,
    Permissions,
)
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import CredentialId, OrganizationId


class Credentials:
    """`ports.unit_of_work.Credentials`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: CredentialId) -> Credential:
        row = self._transaction.one(
            "SELECT * FROM exchange_credentials WHERE id = %s AND deleted_at IS NULL", (key,)
        )
        if row is None:
            raise NotFound("credential", key)
        return _credential(row)

    def list(self) -> Sequence[Credential]:
        rows = self._transaction.all(
            "SELECT * FROM exchange_credentials WHERE deleted_at IS NULL ORDER BY created_at, id"
        )
        return [_credential(row) for row in rows]

    def add(self, credential: Credential) -> None:
        added = self._transaction.run(
            """
            INSERT INTO exchange_credentials (
                id, organization_id, exchange, environment, label, hint, api_key_encrypted,
                api_secret_encrypted, passphrase_encrypted, may_trade, may_withdraw, checked_at,
                check_state, check_code, check_detail, encrypted_at, created_at, updated_at
            ) VALUES (
                %(id)s, %(organization)s, %(exchange)s, %(environment)s, %(label)s, %(hint)s,
                %(api_key)s, %(api_secret)s, %(passphrase)s, %(trade)s, %(withdraw)s,
                %(checked_at)s, %(check_state)s, %(check_code)s, %(check_detail)s,
                %(encrypted_at)s, %(created_at)s, %(updated_at)s
            )
            ON CONFLICT (organization_id, exchange, label, environment) WHERE deleted_at IS NULL
            DO NOTHING
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
                check_state = %(check_state)s, check_code = %(check_code)s,
                check_detail = %(check_detail)s, encrypted_at = %(encrypted_at)s,
                updated_at = %(updated_at)s
            WHERE id = %(id)s AND deleted_at IS NULL
            """,
            _parameters(credential),
        )
        if changed.rowcount == 0:
            raise NotFound("credential", credential.id)

    def swap(self, old: Credential, encrypted: EncryptedKey, *, at: datetime) -> bool:
        swapped = self._transaction.run(
            """
            UPDATE exchange_credentials SET
                api_key_encrypted = %s, api_secret_encrypted = %s, passphrase_encrypted = %s,
                encrypted_at = %s
            WHERE id = %s AND api_key_encrypted = %s AND deleted_at IS NULL
            """,
            (
                encrypted.api_key,
                encrypted.api_secret,
                encrypted.passphrase,
                at,
                old.id,
                old.encrypted.api_key,
            ),
        )
        return swapped.rowcount == 1

    def to_check(
        self, *, before: datetime, again: datetime, at: datetime
    ) -> Sequence[CredentialId]:
        rows = self._transaction.all(
            """
            UPDATE exchange_credentials SET check_asked_at = %(at)s WHERE id IN (
                SELECT id FROM exchange_credentials
                WHERE deleted_at IS NULL
                    AND (checked_at IS NULL OR checked_at < %(before)s)
                    AND (check_asked_at IS NULL OR check_asked_at <= %(again)s)
                ORDER BY checked_at NULLS FIRST, id LIMIT 100 FOR UPDATE SKIP LOCKED
            )
            RETURNING id
            """,
            {"before": before, "again": again, "at": at},
        )
        return [CredentialId(row.id) for row in rows]

    def encrypted_before(self, moment: datetime) -> Sequence[CredentialId]:
        rows = self._transaction.all(
            """
            SELECT id FROM exchange_credentials
            WHERE deleted_at IS NULL AND (encrypted_at IS NULL OR encrypted_at < %s)
            ORDER BY encrypted_at NULLS FIRST, id
            """,
            (moment,),
        )
        return [CredentialId(row.id) for row in rows]

    def remove(self, key: CredentialId, *, at: datetime) -> None:
        gone = self._transaction.run(
            """
            DELETE FROM exchange_credentials WHERE id = %(id)s
                AND NOT EXISTS (SELECT FROM bots WHERE credential_id = %(id)s)
            """,
            {"id": key},
        )
        if gone.rowcount:
            return
        emptied = self._transaction.run(
            """
            UPDATE exchange_credentials SET
                api_key_encrypted = '', api_secret_encrypted = '', passphrase_encrypted = NULL,
                hint = '', deleted_at = %s
            WHERE id = %s AND deleted_at IS NULL
            """,
            (at, key),
        )
        if emptied.rowcount == 0:
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
        check=KeyCheck(
            state=KeyState(row.check_state), code=row.check_code, detail=row.check_detail
        ),
        encrypted_at=row.encrypted_at,
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
        "check_state": credential.check.state.value,
        "check_code": credential.check.code,
        "check_detail": credential.check.detail,
        "encrypted_at": credential.encrypted_at,
        "created_at": credential.created_at,
        "updated_at": credential.updated_at,
    }
