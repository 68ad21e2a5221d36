"""Organizations in PostgreSQL."""

from janym.db.connection import Transaction
from janym.domain.errors import NotFound
from janym.domain.ids import OrganizationId
from janym.domain.organization import Organization


class Organizations:
    """`ports.unit_of_work.Organizations`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: OrganizationId) -> Organization:
        row = self._transaction.one(
            "SELECT id, name, created_at, updated_at FROM organization WHERE id = %s", (key,)
        )
        if row is None:
            raise NotFound("organization", key)
        return Organization(
            id=OrganizationId(row.id),
            name=row.name,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def put(self, organization: Organization) -> None:
        self._transaction.run(
            """
            INSERT INTO organization (id, name, created_at, updated_at) VALUES (%s, %s, %s, %s)
            ON CONFLICT (id) DO UPDATE
                SET name = excluded.name, updated_at = excluded.updated_at
            """,
            (organization.id, organization.name, organization.created_at, organization.updated_at),
        )
