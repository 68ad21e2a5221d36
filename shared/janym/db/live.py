"""Events and who is told of them, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

from janym.db.connection import Database, Transaction
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.domain.live import (
    LEASE,
    LOG_KEPT,
    LOG_LENGTH,
    MOST_TOPICS,
    Book,
    Connection,
    ConnectionId,
    Event,
    EventKind,
    Ticket,
)
from janym.domain.organization import Role
from janym.ports.live import Waiting

MOST = 20_000
"""Events that one statement numbers or drops: after an outage there may be millions."""

# One writer at a time gives an organization's numbers, in the order in which its events became
# visible; feeds are locked in one order, so that writers never wait in a ring.
LOCK_FEEDS: LiteralString = """
INSERT INTO live_feeds (organization_id)
SELECT DISTINCT organization_id FROM (
    SELECT organization_id FROM live_events WHERE number IS NULL
    ORDER BY organization_id, id LIMIT %s
) AS next
ORDER BY organization_id
ON CONFLICT (organization_id) DO UPDATE SET head = live_feeds.head
RETURNING organization_id
"""

NUMBER: LiteralString = """
WITH next AS (
    SELECT id, organization_id FROM live_events
    WHERE number IS NULL AND organization_id = ANY(%s)
    ORDER BY organization_id, id LIMIT %s
), pending AS (
    SELECT id, organization_id,
        row_number() OVER (PARTITION BY organization_id ORDER BY id) AS place
    FROM next
), numbered AS (
    UPDATE live_events AS event SET number = feed.head + pending.place
    FROM pending JOIN live_feeds AS feed USING (organization_id)
    WHERE event.id = pending.id AND event.number IS NULL
    RETURNING event.organization_id, event.number
), moved AS (
    UPDATE live_feeds SET head = newest.number
    FROM (
        SELECT organization_id, max(number) AS number FROM numbered GROUP BY organization_id
    ) AS newest
    WHERE live_feeds.organization_id = newest.organization_id
)
SELECT count(*) AS events FROM numbered
"""

TRIM: LiteralString = """
WITH dropped AS (
    DELETE FROM live_events WHERE id IN (
        SELECT event.id FROM live_events AS event JOIN live_feeds AS feed USING (organization_id)
        WHERE event.number IS NOT NULL
            AND (event.created_at < %(oldest)s OR event.number <= feed.head - %(length)s)
        LIMIT %(most)s
    )
    RETURNING organization_id, number
), cut AS (
    UPDATE live_feeds SET whole_after = greatest(whole_after, newest.number)
    FROM (
        SELECT organization_id, max(number) AS number FROM dropped GROUP BY organization_id
    ) AS newest
    WHERE live_feeds.organization_id = newest.organization_id
)
SELECT count(*) AS events FROM dropped
"""

# Whose membership ended or changed since the ticket, as far as the platform itself keeps members.
DISMISSED: LiteralString = """
EXISTS (SELECT FROM members AS member
    WHERE member.organization_id = connection.organization_id
        AND member.user_id = connection.user_id
        AND (member.removed_at IS NOT NULL OR member.role <> connection.role))
"""

EXPIRED: LiteralString = (
    """
SELECT id FROM live_connections AS connection WHERE authorized_until <= %s OR
"""
    + DISMISSED
)

BEHIND: LiteralString = (
    """
SELECT * FROM live_connections AS connection
WHERE authorized_until > %(now)s AND (busy_until IS NULL OR busy_until <= %(now)s)
    AND NOT """
    + DISMISSED
    + """
    AND EXISTS (
        SELECT FROM live_subscriptions AS heard JOIN live_events AS event
            ON event.organization_id = heard.organization_id AND event.topic = heard.topic
            AND event.number > heard.sent
        WHERE heard.connection_id = connection.id)
ORDER BY id LIMIT %(limit)s
"""
)

WAITING: LiteralString = """
SELECT event.number, event.topic, event.kind, event.at, event.data, heard.sent
FROM live_subscriptions AS heard JOIN live_events AS event
    ON event.organization_id = heard.organization_id AND event.topic = heard.topic
    AND event.number > heard.sent
WHERE heard.connection_id = %s
ORDER BY event.number LIMIT %s
"""


class Tickets:
    """`ports.live.Tickets`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, ticket: Ticket) -> None:
        self._transaction.run(
            """
            INSERT INTO live_tickets (hash, organization_id, user_id, role, expires_at)
            VALUES (%s, %s, %s, %s, %s)
            """,
            (ticket.hash, ticket.organization, ticket.user, ticket.role.value, ticket.expires_at),
        )


class LiveFeeds:
    """`ports.live.Feeds`; the role is `live`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_ticket(self, hash_: bytes, *, now: datetime) -> Ticket | None:
        row = self._one("DELETE FROM live_tickets WHERE hash = %s RETURNING *", hash_)
        if row is None or row.expires_at <= now:
            return None
        return Ticket(
            hash=bytes(row.hash),
            organization=OrganizationId(row.organization_id),
            user=UserId(row.user_id),
            role=Role(row.role),
            expires_at=row.expires_at,
        )

    def open(self, connection: Connection) -> None:
        self._run(
            """
            INSERT INTO live_connections (
                id, organization_id, user_id, role, connected_at, authorized_until
            ) VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (id) DO UPDATE SET
                role = excluded.role, authorized_until = excluded.authorized_until
            """,
            connection.id,
            connection.organization,
            connection.user,
            connection.role.value,
            connection.connected_at,
            connection.authorized_until,
        )

    def find(self, connection: ConnectionId) -> Connection | None:
        row = self._one("SELECT * FROM live_connections WHERE id = %s", connection)
        return None if row is None else _connection(row)

    def close(self, connection: ConnectionId) -> None:
        self._run("DELETE FROM live_connections WHERE id = %s", connection)

    def has_bot(self, organization: OrganizationId, bot: BotId) -> bool:
        with self._database.transaction(organization) as transaction:
            return transaction.one("SELECT 1 FROM bots WHERE id = %s", (bot,)) is not None

    def has_book(self, organization: OrganizationId, book: Book) -> bool:
        with self._database.transaction(organization) as transaction:
            found = transaction.one(
                """
                SELECT 1 FROM monitoring WHERE enabled AND daemon_priority > 0
                    AND exchange_id = %s AND market_type = %s AND trade_pair = %s
                """,
                book,
            )
        return found is not None

    def subscribe(
        self, connection: Connection, topics: Sequence[str], *, after: int | None
    ) -> tuple[int, bool]:
        with self._database.transaction(connection.organization) as transaction:
            feed = transaction.one("SELECT head, whole_after FROM live_feeds")
            head, whole_after = (feed.head, feed.whole_after) if feed else (0, 0)
            whole = after is None or whole_after <= after <= head
            sent = after if after is not None and whole else head
            transaction.run(
                """
                INSERT INTO live_subscriptions (connection_id, organization_id, topic, sent)
                SELECT %s, %s, topic, %s FROM unnest(%s::text[]) AS topic
                ON CONFLICT (connection_id, topic) DO UPDATE SET sent = excluded.sent
                """,
                (connection.id, connection.organization, sent, list(topics)),
            )
            row = transaction.one(
                "SELECT count(*) AS heard FROM live_subscriptions WHERE connection_id = %s",
                (connection.id,),
            )
            if row is not None and row.heard > MOST_TOPICS:
                reason = f"a socket listens to at most {MOST_TOPICS}"
                raise InvalidInput(FieldError(field="topics", reason=reason))
            transaction.commit()
        return head, whole

    def unsubscribe(self, connection: ConnectionId, topics: Sequence[str]) -> None:
        self._run(
            "DELETE FROM live_subscriptions WHERE connection_id = %s AND topic = ANY(%s)",
            connection,
            list(topics),
        )

    def number(self) -> None:
        while self._number_some() == MOST:
            pass

    def _number_some(self) -> int:
        """Number the events that come next, and count them."""
        with self._database.transaction(None) as transaction:
            if transaction.one("SELECT FROM live_events WHERE number IS NULL LIMIT 1") is None:
                return 0
            locked = [row.organization_id for row in transaction.all(LOCK_FEEDS, (MOST,))]
            row = transaction.one(NUMBER, (locked, MOST))
            transaction.commit()
        return row.events if row else 0

    def unpublished(self) -> bool:
        behind = self._one(
            """
            SELECT FROM live_outlets AS outlet JOIN live_feeds AS feed USING (organization_id)
            WHERE feed.head > outlet.published LIMIT 1
            """
        )
        return behind is not None

    def trim(self, *, now: datetime) -> None:
        self._run("DELETE FROM live_tickets WHERE expires_at <= %s", now)
        past = {"oldest": now - LOG_KEPT, "length": LOG_LENGTH, "most": MOST}
        while self._trim_some(past) == MOST:
            pass

    def _trim_some(self, past: dict[str, Any]) -> int:
        with self._database.transaction(None) as transaction:
            row = transaction.one(TRIM, past)
            transaction.commit()
        return row.events if row else 0

    def behind(self, *, now: datetime, limit: int) -> Sequence[Connection]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(BEHIND, {"now": now, "limit": limit})
        return [_connection(row) for row in rows]

    def expired(self, *, now: datetime) -> Sequence[ConnectionId]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(EXPIRED, (now,))
        return [ConnectionId(row.id) for row in rows]

    def lease(self, connection: ConnectionId, *, now: datetime) -> bool:
        row = self._one(
            """
            UPDATE live_connections SET busy_until = %s
            WHERE id = %s AND (busy_until IS NULL OR busy_until <= %s) RETURNING id
            """,
            now + LEASE,
            connection,
            now,
        )
        return row is not None

    def release(self, connection: ConnectionId, *, rest_until: datetime | None) -> None:
        self._run(
            "UPDATE live_connections SET busy_until = %s WHERE id = %s", rest_until, connection
        )

    def waiting(self, connection: ConnectionId, *, limit: int) -> Waiting:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(WAITING, (connection, limit))
        events = [
            Event(
                number=row.number,
                topic=row.topic,
                kind=EventKind(row.kind),
                at=row.at,
                data=row.data,
            )
            for row in rows
        ]
        return Waiting(events=events, after={row.topic: row.sent for row in rows})

    def sent(self, connection: ConnectionId, after: Mapping[str, int], *, number: int) -> None:
        self._run(
            """
            UPDATE live_subscriptions AS heard SET sent = %s
            FROM unnest(%s::text[], %s::bigint[]) AS told (topic, after)
            WHERE heard.connection_id = %s AND heard.topic = told.topic AND heard.sent = told.after
            """,
            number,
            list(after),
            list(after.values()),
            connection,
        )

    def newest(self, connection: ConnectionId) -> int:
        row = self._one(
            """
            SELECT head FROM live_feeds JOIN live_connections USING (organization_id)
            WHERE live_connections.id = %s
            """,
            connection,
        )
        return int(row.head) if row else 0

    def _run(self, statement: LiteralString, *parameters: object) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run(statement, parameters)
            transaction.commit()

    def _one(self, statement: LiteralString, *parameters: object) -> Any | None:
        with self._database.transaction(None) as transaction:
            row = transaction.one(statement, parameters)
            transaction.commit()
        return row


def _connection(row: Any) -> Connection:
    return Connection(
        id=ConnectionId(row.id),
        organization=OrganizationId(row.organization_id),
        user=UserId(row.user_id),
        role=Role(row.role),
        connected_at=row.connected_at,
        authorized_until=row.authorized_until,
    )
