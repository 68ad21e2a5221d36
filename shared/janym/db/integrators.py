"""Integrators, and how far events are published to them, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from janym.db import cursors
from janym.db.connection import Database, Transaction
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import OrganizationId, UserId
from janym.domain.integrator import Integrator, IntegratorId
from janym.domain.live import INTEGRATED, Event, EventKind
from janym.ports.integrators import Outgoing
from janym.ports.pages import Listing, Page

LEASE = timedelta(minutes=1)
"""How long one publisher may be busy with an organization before another may take it over."""

KINDS = sorted(INTEGRATED)

OPEN: LiteralString = """
INSERT INTO live_outlets (organization_id, published)
SELECT %(organization)s, coalesce(
    (SELECT head FROM live_feeds WHERE organization_id = %(organization)s), 0)
ON CONFLICT (organization_id) DO NOTHING
"""

BEHIND: LiteralString = """
SELECT organization_id FROM live_outlets AS outlet JOIN live_feeds AS feed USING (organization_id)
WHERE feed.head > outlet.published AND (outlet.busy_until IS NULL OR outlet.busy_until <= %s)
ORDER BY organization_id LIMIT %s
"""

# Head and events are those of one moment: numbers become visible in their order, with the head.
WAITING: LiteralString = """
SELECT outlet.published, feed.head, feed.whole_after,
    event.number, event.topic, event.kind, event.at, event.data
FROM live_outlets AS outlet JOIN live_feeds AS feed USING (organization_id)
LEFT JOIN LATERAL (
    SELECT * FROM live_events
    WHERE organization_id = outlet.organization_id AND number > outlet.published
        AND kind IN ('status', 'order', 'fill')
    ORDER BY number LIMIT %(limit)s
) AS event ON true
WHERE outlet.organization_id = %(organization)s
ORDER BY event.number
"""

CLOSE: LiteralString = """
DELETE FROM live_outlets AS outlet WHERE organization_id = %(organization)s AND NOT EXISTS (
    SELECT FROM integrators
    WHERE organization_id = outlet.organization_id AND revoked_at IS NULL)
"""


class Integrators:
    """`ports.integrators.Integrators`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: IntegratorId) -> Integrator:
        row = self._transaction.one("SELECT * FROM integrators WHERE id = %s", (key,))
        if row is None:
            raise NotFound("integrator", key)
        return _integrator(row)

    def list(self, page: Page) -> Listing[Integrator]:
        rows = self._transaction.all(
            """
            SELECT * FROM integrators
            WHERE organization_id = %(organization)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {"organization": self._transaction.organization, "limit": page.limit + 1}
            | cursors.uuid_parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, _integrator, lambda row: (row.created_at, str(row.id)))

    def count_active(self) -> int:
        rows = self._transaction.all(
            "SELECT count(*) AS n FROM integrators WHERE organization_id = %s"
            " AND revoked_at IS NULL",
            (self._transaction.organization,),
        )
        return int(rows[0].n)

    def add(self, integrator: Integrator) -> None:
        added = self._transaction.run(
            """
            INSERT INTO integrators (
                id, organization_id, name, certificate, pem, created_by, created_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING
            """,
            (
                integrator.id,
                integrator.organization,
                integrator.name,
                integrator.certificate,
                integrator.pem,
                integrator.created_by,
                integrator.created_at,
            ),
        )
        if added.rowcount == 0:
            raise AlreadyExists("integrator", integrator.id)
        self._transaction.run(OPEN, {"organization": integrator.organization})

    def put(self, integrator: Integrator) -> None:
        self._transaction.run(
            """
            UPDATE integrators SET certificate = %s, pem = %s, revoked_by = %s, revoked_at = %s
            WHERE id = %s
            """,
            (
                integrator.certificate,
                integrator.pem,
                integrator.revoked_by,
                integrator.revoked_at,
                integrator.id,
            ),
        )


class Outlets:
    """`ports.integrators.Outlets`; the role is `live`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def behind(self, *, now: datetime, limit: int) -> Sequence[OrganizationId]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(BEHIND, (now, limit))
        return [OrganizationId(row.organization_id) for row in rows]

    def lease(self, organization: OrganizationId, *, now: datetime) -> bool:
        with self._database.transaction(None) as transaction:
            taken = transaction.one(
                """
                UPDATE live_outlets SET busy_until = %s
                WHERE organization_id = %s AND (busy_until IS NULL OR busy_until <= %s)
                RETURNING organization_id
                """,
                (now + LEASE, organization, now),
            )
            transaction.commit()
        return taken is not None

    def release(self, organization: OrganizationId, *, rest_until: datetime | None) -> None:
        self._run(
            "UPDATE live_outlets SET busy_until = %s WHERE organization_id = %s",
            rest_until,
            organization,
        )

    def waiting(self, organization: OrganizationId, *, limit: int) -> Outgoing:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(WAITING, {"organization": organization, "limit": limit})
        if not rows:  # nobody reads any more, or nothing ever happened
            return Outgoing(events=(), after=0, through=0, lost_through=0)
        events = [_event(row) for row in rows if row.number is not None]
        first = rows[0]
        return Outgoing(
            events=events,
            after=first.published,
            through=events[-1].number if len(events) == limit else first.head,
            lost_through=first.whole_after,
        )

    def published(self, organization: OrganizationId, *, after: int, through: int) -> None:
        self._run(
            "UPDATE live_outlets SET published = %s WHERE organization_id = %s AND published = %s",
            through,
            organization,
            after,
        )

    def ending(self, *, limit: int) -> Sequence[Integrator]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                """
                SELECT * FROM integrators WHERE revoked_at IS NOT NULL AND ended_at IS NULL
                ORDER BY revoked_at LIMIT %s
                """,
                (limit,),
            )
        return [_integrator(row) for row in rows]

    def ended(self, integrator: Integrator, *, at: datetime) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run(
                "UPDATE integrators SET ended_at = %s WHERE id = %s AND ended_at IS NULL",
                (at, integrator.id),
            )
            transaction.run(CLOSE, {"organization": integrator.organization})
            transaction.commit()

    def _run(self, statement: LiteralString, *parameters: object) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run(statement, parameters)
            transaction.commit()


def _integrator(row: Any) -> Integrator:
    return Integrator(
        id=IntegratorId(row.id),
        organization=OrganizationId(row.organization_id),
        name=row.name,
        certificate=row.certificate,
        pem=row.pem,
        created_by=UserId(row.created_by),
        created_at=row.created_at,
        revoked_by=None if row.revoked_by is None else UserId(row.revoked_by),
        revoked_at=row.revoked_at,
        ended_at=row.ended_at,
    )


def _event(row: Any) -> Event:
    return Event(
        number=row.number,
        topic=row.topic,
        kind=EventKind(row.kind),
        at=row.at,
        data=row.data,
    )
