"""Answers given before, in PostgreSQL."""

from datetime import datetime

from janym.db.connection import Transaction
from janym.ports.unit_of_work import Answer


class Idempotency:
    """`ports.unit_of_work.Idempotency`. Keys belong to the transaction's organization."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: str, route: str) -> Answer | None:
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended(jsonb_build_array("
            "'idempotency', %s::text, %s::text, %s::text)::text, 0))",
            (self._transaction.organization, key, route),
        )
        row = self._transaction.one(
            """
            SELECT body_hash, status, body FROM idempotency
            WHERE organization_id = %s AND key = %s AND route = %s
            """,
            (self._transaction.organization, key, route),
        )
        if row is None:
            return None
        return Answer(body_hash=row.body_hash, status=row.status, body=row.body)

    def put(self, key: str, route: str, answer: Answer, *, at: datetime) -> None:
        self._transaction.run(
            """
            INSERT INTO idempotency (
                organization_id, key, route, body_hash, status, body, created_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s)
            """,
            (
                self._transaction.organization,
                key,
                route,
                answer.body_hash,
                answer.status,
                answer.body,
                at,
            ),
        )
