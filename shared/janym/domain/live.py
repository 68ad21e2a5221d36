"""What members watch while it happens: topics, frames, and who may listen for how long.

Every organization has one log of events, numbered without gaps in the order in which they became
true. A frame's `id` is its event's number, so whoever says the last one it saw misses nothing.
Order books are no events: of a book only the newest counts, and collectors tell it themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, NewType
from uuid import UUID

from janym.domain.capability import DATA
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.domain.market import Market, Pair, VenueId
from janym.domain.organization import Role

ConnectionId = NewType("ConnectionId", str)
"""API Gateway's name of an open WebSocket."""

TICKET_LIFETIME = timedelta(seconds=30)
AUTHORIZED_FOR = timedelta(minutes=15)
"""How long a socket listens on one ticket; another ticket renews it. Who lost the membership gets
none, and is cut off by then."""

LOG_KEPT = timedelta(minutes=15)
LOG_LENGTH = 10_000
"""How far back an organization's events can be asked for: both bounds hold."""

MOST_TOPICS = 50
LONGEST_BACKLOG = 1_000
"""Frames that may wait for one socket; one that is further behind is told to read anew."""

LEASE = timedelta(seconds=30)
"""How long one pusher may be busy with a socket before another may take it over."""

BOT = "bot/"
BOOK = "book/"
PLAIN_TOPICS = ("bots", "alerts", "commands")


class EventKind(StrEnum):
    """What an event tells."""

    BOT = "bot"
    """How a bot of the organization fares, for a list of all."""
    STATUS = "status"
    ORDER = "order"
    FILL = "fill"
    COMMAND = "command"
    METRICS = "metrics"
    LOG = "log"
    """The log went on: until when, not with which lines."""
    ALERT = "alert"


SNAPSHOTS = frozenset({EventKind.METRICS, EventKind.LOG})
"""Kinds of which only the newest counts. They are told to who listens, and not kept for later."""

INTEGRATED = frozenset({EventKind.STATUS, EventKind.ORDER, EventKind.FILL})
"""Kinds that integrators read over MQTT."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The right to open one socket, once and soon."""

    hash: bytes
    """SHA-256 of the ticket; the ticket itself is stored nowhere."""
    organization: OrganizationId
    user: UserId
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An open socket of a member."""

    id: ConnectionId
    organization: OrganizationId
    user: UserId
    role: Role
    connected_at: datetime
    authorized_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in an organization."""

    number: int
    topic: str
    kind: EventKind
    at: datetime
    data: dict[str, Any]


class Book(NamedTuple):
    """An order book that is watched."""

    venue: VenueId
    market: Market
    pair: Pair

    @property
    def topic(self) -> str:
        """What is subscribed to; the lease of whoever collects it has the same name."""
        return f"{BOOK}{self.venue}/{self.market}/{self.pair}"


def book_of(topic: str) -> Book | None:
    """Read a topic: the book that it is about, None where it is about something else.

    Raises:
        InvalidInput: for the field `topics`; no such book can be.
    """
    if not topic.startswith(BOOK):
        return None
    venue, _, rest = topic.removeprefix(BOOK).partition("/")
    market, _, pair = rest.partition("/")
    base, _, quote = pair.partition("/")
    if market not in DATA.get(VenueId(venue), ()) or not (base and quote) or "/" in quote:
        reason = f"{topic!r} is no book/{{exchange}}/{{market}}/{{base}}/{{quote}} of an exchange"
        raise InvalidInput(FieldError(field="topics", reason=reason))
    return Book(VenueId(venue), Market(market), Pair(pair))


def bot_of(topic: str) -> BotId | None:
    """Read a topic: the bot that it is about, None for one that is about all.

    Raises:
        InvalidInput: for the field `topics`; there is no such topic.
    """
    if topic in PLAIN_TOPICS:
        return None
    if topic.startswith(BOT):
        text = topic.removeprefix(BOT)
        try:
            bot = UUID(text)
        except ValueError:
            bot = None
        if bot is not None and str(bot) == text:
            return BotId(bot)
    known = ", ".join((*PLAIN_TOPICS, "bot/{bot_id}", "book/{exchange}/{market}/{base}/{quote}"))
    raise InvalidInput(FieldError(field="topics", reason=f"no topic {topic!r}; there are {known}"))
