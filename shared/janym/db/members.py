"""Members in PostgreSQL, and the requests that their organization has left."""

from datetime import datetime, timedelta
from typing import Any

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.egress import Pace
from janym.domain.ids import OrganizationId, UserId
from janym.domain.organization import Member, Role
from janym.ports.pages import Listing, Page


class Members:
    """`ports.members.Members`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, user: UserId) -> Member | None:
        row = self._transaction.one(
            "SELECT * FROM members WHERE organization_id = %s AND user_id = %s",
            (self._transaction.organization, user),
        )
        return _member(row) if row else None

    def list(self, page: Page) -> Listing[Member]:
        rows = self._transaction.all(
            """
            SELECT * FROM members
            WHERE organization_id = %(organization)s AND removed_at IS NULL
                AND (%(at)s::timestamptz IS NULL OR (created_at, user_id) < (%(at)s, %(rest)s))
            ORDER BY created_at DESC, user_id DESC LIMIT %(limit)s
            """,
            {"organization": self._transaction.organization, "limit": page.limit + 1}
            | cursors.parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, _member, lambda row: (row.created_at, row.user_id))

    def put(self, member: Member) -> None:
        self._transaction.run(
            """
            INSERT INTO members (
                organization_id, user_id, role, name, added_by, created_at, updated_at, removed_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (organization_id, user_id) DO UPDATE SET
                role = excluded.role, name = excluded.name, added_by = excluded.added_by,
                updated_at = excluded.updated_at, removed_at = excluded.removed_at
            """,
            (
                member.organization,
                member.user,
                member.role.value,
                member.name,
                member.added_by,
                member.created_at,
                member.updated_at,
                member.removed_at,
            ),
        )

    def count_admins(self) -> int:
        rows = self._transaction.all(
            """
            SELECT count(*) AS n FROM members
            WHERE organization_id = %s AND role = 'admin' AND removed_at IS NULL
            """,
            (self._transaction.organization,),
        )
        return int(rows[0].n)


class Requests:
    """`ports.members.Requests`: one row an organization, which holds one moment (see `Pace`).

    The commit of a transaction that took one waits for no disk: a server that dies forgets the last
    few counts, and nobody's request is slower for them.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def take(self, pace: Pace, *, at: datetime) -> timedelta | None:
        fits_until = at + pace.interval * (pace.burst - 1)
        taken = self._transaction.one(
            """
            INSERT INTO request_budgets AS known (organization_id, full_at)
            VALUES (%(organization)s, %(at)s + %(interval)s)
            ON CONFLICT (organization_id) DO UPDATE
                SET full_at = greatest(known.full_at, %(at)s) + %(interval)s
                WHERE known.full_at <= %(fits_until)s
            RETURNING full_at, set_config('synchronous_commit', 'off', true)
            """,
            {
                "organization": self._transaction.organization,
                "at": at,
                "interval": pace.interval,
                "fits_until": fits_until,
            },
        )
        if taken:
            return None
        row = self._transaction.one(
            "SELECT full_at FROM request_budgets WHERE organization_id = %s",
            (self._transaction.organization,),
        )
        return row.full_at - fits_until if row else None


def _member(row: Any) -> Member:
    return Member(
        organization=OrganizationId(row.organization_id),
        user=UserId(row.user_id),
        role=Role(row.role),
        name=row.name,
        added_by=UserId(row.added_by),
        created_at=row.created_at,
        updated_at=row.updated_at,
        removed_at=row.removed_at,
    )
