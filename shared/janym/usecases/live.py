"""Letting members watch: tickets, sockets, and pushing events to them.

An event reaches a socket at least once and in order: a frame goes out before it is noted as sent,
and one pusher at a time is busy with a socket.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from janym.domain import live
from janym.domain.errors import Forbidden, NotFound, Unavailable
from janym.domain.ids import OrganizationId
from janym.domain.live import AUTHORIZED_FOR, TICKET_LIFETIME, Connection, ConnectionId, Ticket
from janym.domain.organization import Caller
from janym.ports.clock import Clock, Randomness
from janym.ports.live import Feeds, Gone, Sockets, TooSlow, Waiting
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import organization

REST = timedelta(seconds=2)
"""How long a socket that takes no more is left alone."""

AT_ONCE = 8
"""Sockets that are written to at a time: one that is slow holds up none of the others."""

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A ticket as its owner gets it, once."""

    ticket: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What a socket listens to from now on."""

    topics: Sequence[str]
    id: int
    """The newest event's number."""
    whole: bool
    """Whether everything since the number that was asked for comes; else: read anew."""


def issue(uow: UnitOfWork, *, caller: Caller, clock: Clock, randomness: Randomness) -> Issued:
    """Give a member a ticket for one socket.

    Raises:
        Conflict: `ORGANIZATION_MISSING`.
    """
    organization.require(uow, caller)
    text = randomness.token()
    expires_at = clock.now() + TICKET_LIFETIME
    uow.tickets.add(
        Ticket(
            hash=_hash(text),
            organization=caller.organization,
            user=caller.user,
            role=caller.role,
            expires_at=expires_at,
        )
    )
    return Issued(ticket=text, expires_at=expires_at)


def connect(key: ConnectionId, ticket: str, *, feeds: Feeds, clock: Clock) -> Connection:
    """Let a socket in on a ticket, which is used up.

    Raises:
        Forbidden: the ticket is unknown, used or late.
    """
    now = clock.now()
    taken = feeds.take_ticket(_hash(ticket), now=now)
    if taken is None:
        raise Forbidden("this ticket is unknown, used up or older than thirty seconds")
    connection = Connection(
        id=key,
        organization=taken.organization,
        user=taken.user,
        role=taken.role,
        connected_at=now,
        authorized_until=now + AUTHORIZED_FOR,
    )
    feeds.open(connection)
    return connection


def renew(connection: Connection, ticket: str, *, feeds: Feeds, clock: Clock) -> Connection:
    """Let a socket listen longer, on another ticket of the same member.

    Raises:
        Forbidden: the ticket is no good, or somebody else's.
    """
    now = clock.now()
    taken = feeds.take_ticket(_hash(ticket), now=now)
    if taken is None or (taken.organization, taken.user) != (
        connection.organization,
        connection.user,
    ):
        raise Forbidden("this ticket is unknown, used up, late, or somebody else's")
    renewed = Connection(
        id=connection.id,
        organization=connection.organization,
        user=connection.user,
        role=taken.role,
        connected_at=connection.connected_at,
        authorized_until=now + AUTHORIZED_FOR,
    )
    feeds.open(renewed)
    return renewed


def subscribe(
    connection: Connection, topics: Sequence[str], *, after: int | None, feeds: Feeds
) -> Subscribed:
    """Have a socket listen to topics, from the event after `after` or from now on.

    Raises:
        InvalidInput: there is no such topic, or there are too many.
        NotFound: the organization has no such bot, or has no such book collected.
    """
    for topic in topics:
        _require(topic, connection.organization, feeds)
    feeds.number()  # what is true already is in the answers that its owner reads next
    head, whole = feeds.subscribe(connection, topics, after=after)
    return Subscribed(topics=topics, id=head, whole=whole)


def _require(topic: str, organization: OrganizationId, feeds: Feeds) -> None:
    book = live.book_of(topic)
    if book is not None:
        if not feeds.has_book(organization, book):
            raise NotFound("book that is collected for you:", topic.removeprefix(live.BOOK))
        return
    bot = live.bot_of(topic)
    if bot is not None and not feeds.has_bot(organization, bot):
        raise NotFound("bot", bot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pusher:
    """Sends to sockets what waits for them."""

    feeds: Feeds
    sockets: Sockets
    clock: Clock
    report: Callable[[str, ConnectionId], None]
    """Told of what a socket's owner may want to know from the log."""
    publish: Callable[[], None]
    """Asked when integrators have something waiting."""

    def push(self) -> int:
        """Number what happened and send it to whoever listens; count the sockets served.

        Twice at once is safe. Raises StoreAway: Postgres does not answer.
        """
        self.feeds.number()
        if self.feeds.unpublished():
            self.publish()
        behind = self.feeds.behind(now=self.clock.now(), limit=BATCH)
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            list(pool.map(self.serve, [each.id for each in behind]))
        return len(behind)

    def sweep(self) -> int:
        """Close sockets that may listen no longer, drop what is past keeping; count the closed.

        Raises:
            StoreAway: Postgres does not answer.
        """
        now, closed = self.clock.now(), 0
        for key in self.feeds.expired(now=now):
            try:
                self.sockets.close(key)
            except Unavailable:
                self.report("not closed yet", key)
            else:
                self.feeds.close(key)
                self.report("may listen no longer", key)
                closed += 1
        self.feeds.number()
        self.feeds.trim(now=now)
        return closed

    def serve(self, key: ConnectionId) -> None:
        """Send one socket all that waits for it, unless somebody else is at it."""
        while self.feeds.lease(key, now=self.clock.now()):
            try:
                rest_until = self._drain(key)
            except Gone:
                self.feeds.close(key)
                return
            self.feeds.release(key, rest_until=rest_until)
            # What came between the last look and the release found the socket taken.
            if rest_until is not None or not self.feeds.waiting(key, limit=1).events:
                return

    def _drain(self, key: ConnectionId) -> datetime | None:
        """Send until nothing waits; give until when the socket wants to be left alone."""
        try:
            while (waiting := self.feeds.waiting(key, limit=live.LONGEST_BACKLOG + 1)).events:
                if len(waiting.events) > live.LONGEST_BACKLOG:
                    self._resync(key, waiting)
                else:
                    self._send(key, waiting)
        except (TooSlow, Unavailable) as refused:
            self.report(f"put off: {refused}", key)
            return self.clock.now() + REST
        return None

    def _send(self, key: ConnectionId, waiting: Waiting) -> None:
        newest = {(event.topic, event.kind): event.number for event in waiting.events}
        done = 0
        try:
            for event in waiting.events:
                last = newest[event.topic, event.kind]
                if event.kind not in live.SNAPSHOTS or event.number == last:
                    self.sockets.send(key, frame(event))
                done = event.number
        finally:
            if done:
                self.feeds.sent(key, waiting.after, number=done)

    def _resync(self, key: ConnectionId, waiting: Waiting) -> None:
        head = self.feeds.newest(key)
        self.sockets.send(
            key, encoded({"type": "resync", "topics": sorted(waiting.after), "id": head})
        )
        self.feeds.sent(key, waiting.after, number=head)
        self.report("told to read anew", key)


def frame(event: live.Event) -> bytes:
    """Give an event as a socket gets it."""
    return encoded(
        {
            "topic": event.topic,
            "at": event.at.isoformat(),
            "id": event.number,
            "kind": event.kind.value,
            "data": event.data,
        }
    )


def encoded(told: dict[str, Any]) -> bytes:
    """Write a frame."""
    return json.dumps(told, separators=(",", ":")).encode()


def _hash(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode()).digest()
