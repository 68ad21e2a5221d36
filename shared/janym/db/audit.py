"""The audit log in PostgreSQL; a trigger numbers its rows and chains them by hash."""

from psycopg.types.json import Jsonb

from janym.db.connection import Transaction
from janym.ports.unit_of_work import AuditEntry


class Audit:
    """`ports.unit_of_work.Audit`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, entry: AuditEntry) -> None:
        self._transaction.run(
            """
            INSERT INTO audit_log (
                organization_id, at, actor, action, subject, before, after, request_id, address
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            (
                entry.organization,
                entry.at,
                entry.actor,
                entry.action,
                entry.subject,
                Jsonb(entry.before) if entry.before is not None else None,
                Jsonb(entry.after) if entry.after is not None else None,
                entry.request_id,
                entry.address,
            ),
        )
