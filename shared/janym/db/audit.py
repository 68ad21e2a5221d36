"""The audit log in PostgreSQL; a trigger numbers its rows and chains them by hash."""

from collections.abc import Sequence
from typing import Any

from psycopg.types.json import Jsonb

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import OrganizationId, UserId
from janym.ports.audit import AuditChain, AuditEntry, AuditFault, AuditFilter, AuditLine
from janym.ports.pages import Listing, Page


class Audit:
    """`ports.audit.Audit`."""

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

    def list(self, wanted: AuditFilter, page: Page) -> Listing[AuditLine]:
        rows = self._transaction.all(
            """
            SELECT * FROM audit_log
            WHERE organization_id = %(organization)s
                AND (%(actor)s::text IS NULL OR actor = %(actor)s)
                AND (%(action)s::text IS NULL OR action = %(action)s)
                AND (%(subject)s::text IS NULL OR subject = %(subject)s)
                AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
                AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
                AND (%(before)s::timestamptz IS NULL OR (at, number) < (%(before)s, %(number)s))
            ORDER BY at DESC, number DESC LIMIT %(limit)s
            """,
            {
                "organization": self._transaction.organization,
                "actor": wanted.actor,
                "action": wanted.action,
                "subject": wanted.subject,
                "since": wanted.since,
                "until": wanted.until,
                "limit": page.limit + 1,
            }
            | _after(page),
        )
        return cursors.listing(rows, page, _line, lambda row: (row.at, str(row.number)))

    def verify(self) -> AuditChain:
        key = self._transaction.organization
        faults = self._transaction.all("SELECT number, fault FROM audit_faults(%s)", (key,))
        lines = self._transaction.all(
            "SELECT count(*) AS n FROM audit_log WHERE organization_id = %s", (key,)
        )
        head = self._transaction.one(
            """
            SELECT number, hash FROM audit_log WHERE organization_id = %s
            ORDER BY number DESC LIMIT 1
            """,
            (key,),
        )
        return AuditChain(
            lines=int(lines[0].n),
            head=(head.number, head.hash) if head else None,
            faults=[(row.number, AuditFault(row.fault)) for row in faults],
        )

    def organizations(self) -> Sequence[OrganizationId]:
        rows = self._transaction.all("SELECT id FROM organization ORDER BY id")
        return [OrganizationId(row.id) for row in rows]


def _after(page: Page) -> dict[str, Any]:
    key = cursors.read(page.cursor)
    if key is None:
        return {"before": None, "number": None}
    if not key[1].isdecimal():
        raise InvalidInput(FieldError(field="cursor", reason="is none that this list gave"))
    return {"before": key[0], "number": int(key[1])}


def _line(row: Any) -> AuditLine:
    return AuditLine(
        number=row.number,
        entry=AuditEntry(
            organization=OrganizationId(row.organization_id),
            at=row.at,
            actor=UserId(row.actor),
            action=row.action,
            subject=row.subject,
            before=row.before,
            after=row.after,
            request_id=row.request_id,
            address=row.address,
        ),
        hash=row.hash,
    )
