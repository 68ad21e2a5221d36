"""A venue's public market data, as all who carry it see it: facts, and a session without a socket.

A session is one connection. It is told what arrives and what time it is, and answers with effects:
what to send, to fetch or to close, and what became known. It reads no clock and waits for nothing,
so a recorded day and a live one run through the same code. Moments are Unix nanoseconds.

    dial → Dial                          where to connect; first a Fetch, where a token is needed
    opened, subscribe, unsubscribe → Send
    receive → BookUpdate BookStale BookLive Trade Bbo Subscribed Refused Alive Unknown Send Fetch
    answered → what the answer to a Fetch leads to
    tick → Send (heartbeats, at least each second), BookStale, Close
    closed → BookStale for every book that was live
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from janym.book.keepers import Ear
from janym.book.message import BookLive, BookStale
from janym.book.stream import Stream
from janym.domain.market import (
    Bbo,
    BookUpdate,
    Channel,
    Listing,
    Market,
    Pair,
    Subscription,
    Trade,
    VenueId,
)

SECOND = 1_000_000_000
MINUTE = 60 * SECOND


# ---- facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many in any stretch of so long."""

    count: int
    per_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a venue allows. None where it states no limit."""

    pairs: int
    """Pairs that one connection carries at most; the venue's limit or ours, the smaller."""
    topics: int | None
    """Topics that one connection carries at most."""
    connections: Rate
    """New connections from one address."""
    messages: Rate
    """What a client may send on one connection, heartbeats included."""
    arguments: int
    """Topics in one subscribe message at most."""
    message_bytes: int | None
    subscribes: Rate | None
    """Subscribe and unsubscribe messages on one connection, where those have their own limit."""
    weight: Rate
    """REST weight from one address; `Request.weight` says what each request takes."""
    lifetime_ns: int | None
    """The venue cuts a connection that is so old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long is too long to hear nothing."""

    connection_ns: int
    """Any frame at all, pongs included: the connection is dead."""
    book_ns: int | None
    """A message of one book: it is stale. None where a quiet book says nothing for hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address that carries some channels. One connection goes to one endpoint."""

    name: str
    url: str
    channels: frozenset[Channel]


# ---- effects


class Purpose(StrEnum):
    """What a request is made for."""

    SNAPSHOT = "snapshot"
    INSTRUMENTS = "instruments"
    TOKEN = "token"  # noqa: S105 - a word, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A public REST request. Answers are matched to it by `path` and `symbol`."""

    purpose: Purpose
    path: str
    query: Mapping[str, str]
    weight: int
    method: str = "GET"
    symbol: str = ""
    """The venue's name of the instrument, where it asks for one."""


POLLED = "poll:"
"""The address of a venue that is asked and never speaks by itself: its session opens, and then
lives on `Fetch`, `answered` and `tick`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Connect here."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send this frame: text as a text frame, bytes as a binary one."""

    frame: str | bytes
    urgent: bool = False
    """A heartbeat, or the answer to one: before all that waits for its turn."""
    subscribes: bool = False
    """Counts as a subscribe message, where those are limited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Make this request and hand its answer to `answered`; requests wait for their weight."""

    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """Close this connection and make another."""

    reason: str
    planned: bool = False
    """The connection is well; the other may be proven first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """The venue took a subscription."""

    subscription: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The venue, or what is known of it, says no. Nothing else has changed."""

    reason: str
    subscription: Subscription | None = None
    request: Request | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """The venue answered a heartbeat, sent one of its own, or said something of no consequence."""

    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A frame that nobody here understands; it changed nothing."""

    reason: str
    excerpt: str


Effect = (
    BookUpdate
    | BookStale
    | BookLive
    | Trade
    | Bbo
    | Subscribed
    | Refused
    | Alive
    | Unknown
    | Dial
    | Send
    | Fetch
    | Close
)
Effects = Sequence[Effect]


# ---- what a venue gives


class Session(Protocol):
    """One connection of a venue, its socket taken out."""

    ear: Ear | None
    """What hears ordinary frames faster than `receive`, where there is one."""

    @property
    def streams(self) -> Mapping[Pair, Stream]:
        """Every book on this connection, in whatever state; read `Stream.state` before `book`."""
        ...

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        """What is asked for, taken by the venue or not yet."""
        ...

    def dial(self, at_ns: int) -> Effects:
        """Say where to connect; needed again for each connection."""
        ...

    def opened(self, at_ns: int) -> Effects:
        """The connection stands: subscribe to all that is asked for."""
        ...

    def subscribe(self, wanted: Sequence[Subscription], at_ns: int) -> Effects:
        """Ask for more. Before `opened` it is only noted."""
        ...

    def unsubscribe(self, unwanted: Sequence[Subscription], at_ns: int) -> Effects:
        """Ask for less; books nobody asks for are forgotten."""
        ...

    def receive(self, frame: bytes | str, at_ns: int) -> Effects:
        """Take one frame. Whatever it holds, this raises nothing."""
        ...

    def pinged(self, at_ns: int) -> None:
        """A ping or pong frame of the WebSocket protocol arrived, which holds no data."""
        ...

    def answered(self, request: Request, status: int, body: bytes, at_ns: int) -> Effects:
        """Take the answer to a request; a status of 0 says that none came."""
        ...

    def tick(self, at_ns: int) -> Effects:
        """Let time pass; to be called at least each second."""
        ...

    def closed(self, at_ns: int) -> Effects:
        """The connection is gone; subscriptions stay for the next `opened`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of a venue's list of instruments."""

    listings: Sequence[Listing]
    following: Request | None = None
    """Asks for the next part, where there is one."""


class Feed(Protocol):
    """One market of one venue."""

    @property
    def venue(self) -> VenueId: ...

    @property
    def market(self) -> Market: ...

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """As the venue publishes them; every channel stands at exactly one."""
        ...

    @property
    def rest(self) -> str:
        """The address that REST paths stand under."""
        ...

    @property
    def limits(self) -> Limits: ...

    @property
    def silence(self) -> Silence: ...

    def session(
        self,
        endpoint: Endpoint,
        listings: Mapping[Pair, Listing],
        *,
        adopts: bool = False,
        inherits: Session | None = None,
    ) -> Session:
        """Make a session for one connection to this endpoint.

        Args:
            endpoint: one of `endpoints`, with an address of one's own where one likes.
            listings: the instruments; a pair that is not among them is refused.
            adopts: take every book that frames speak of, asked for or not, listed or not: for
                captures.
            inherits: share this session's books, while both connections stand: what one of them
                missed the other brings, and what both bring counts once.
        """
        ...

    def recognize(self, url: str) -> Request | None:
        """Read an address as the request it is, by path and symbol; None for any other."""
        ...

    def instruments(self) -> Request:
        """Ask what can be subscribed to."""
        ...

    def page(self, request: Request, body: bytes) -> Page:
        """Read an answer to `instruments`, or to the `following` of one.

        Raises:
            VenueRefused: the venue says no.
            OutcomeUnknown: the answer is not in the venue's words.
        """
        ...
