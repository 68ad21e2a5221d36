"""Who listens to which events, and the way to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from janym.domain.errors import JanymError
from janym.domain.ids import BotId, OrganizationId
from janym.domain.live import Book, Connection, ConnectionId, Event, Ticket


class Gone(JanymError):
    """The socket is closed; nothing reaches it any more."""

    code = "GONE"


class TooSlow(JanymError):
    """The socket takes no more for now: whoever reads at its other end does not keep up."""

    code = "TOO_SLOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is to be sent to a socket, oldest first."""

    events: Sequence[Event]
    after: Mapping[str, int]
    """The last event sent of each topic in it; a topic asked for anew meanwhile has another."""


class Sockets(Protocol):
    """The open WebSockets, as API Gateway holds them."""

    def send(self, connection: ConnectionId, frame: bytes) -> None:
        """Send one frame.

        Raises:
            Gone: nobody is there.
            TooSlow: try again later.
            Unavailable: API Gateway does not answer; the frame may have gone out.
        """
        ...

    def close(self, connection: ConnectionId) -> None:
        """Close a socket; one that is closed already stays so. Raises Unavailable."""
        ...


class Tickets(Protocol):
    def add(self, ticket: Ticket) -> None: ...


class Feeds(Protocol):
    """Events, and who is to be told of them. Each call is a transaction; any may raise StoreAway.

    Events are written by the tables that they tell of, in the transaction that made them true.
    """

    def take_ticket(self, hash_: bytes, *, now: datetime) -> Ticket | None:
        """Give a ticket that is still good, once."""
        ...

    def open(self, connection: Connection) -> None:
        """Note a socket, or that it may listen longer."""
        ...

    def find(self, connection: ConnectionId) -> Connection | None: ...

    def close(self, connection: ConnectionId) -> None:
        """Forget a socket and what it listened to."""
        ...

    def has_bot(self, organization: OrganizationId, bot: BotId) -> bool: ...

    def has_book(self, organization: OrganizationId, book: Book) -> bool:
        """Tell whether a book is collected, for this organization or for the platform."""
        ...

    def subscribe(
        self, connection: Connection, topics: Sequence[str], *, after: int | None
    ) -> tuple[int, bool]:
        """Listen to topics from the event after this one, or from now on.

        Returns:
            The number of the newest event, and whether all since `after` are still there; where
            they are not, the topics are listened to from now on.

        Raises:
            InvalidInput: the socket would listen to too many topics.
        """
        ...

    def unsubscribe(self, connection: ConnectionId, topics: Sequence[str]) -> None: ...

    def number(self) -> None:
        """Number the events of every organization that have no number yet, in their order."""
        ...

    def unpublished(self) -> bool:
        """Tell whether some organization has numbered events that integrators did not get yet."""
        ...

    def trim(self, *, now: datetime) -> None:
        """Drop events and tickets that are past keeping."""
        ...

    def behind(self, *, now: datetime, limit: int) -> Sequence[Connection]:
        """List sockets that may listen and have something waiting that nobody is sending."""
        ...

    def expired(self, *, now: datetime) -> Sequence[ConnectionId]:
        """List sockets that may listen no longer."""
        ...

    def lease(self, connection: ConnectionId, *, now: datetime) -> bool:
        """Take a socket for oneself for a while; tell whether nobody else had it."""
        ...

    def release(self, connection: ConnectionId, *, rest_until: datetime | None) -> None:
        """Give a socket back, to be left alone until then."""
        ...

    def waiting(self, connection: ConnectionId, *, limit: int) -> Waiting:
        """Give what waits for a socket, the oldest of it."""
        ...

    def sent(self, connection: ConnectionId, after: Mapping[str, int], *, number: int) -> None:
        """Note that of these topics, which stood at `after`, all up to a number was sent."""
        ...

    def newest(self, connection: ConnectionId) -> int:
        """Give the number of the newest event of a socket's organization."""
        ...
