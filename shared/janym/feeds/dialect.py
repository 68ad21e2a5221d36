"""How one venue speaks: all that a session needs to know of it, and nothing that it keeps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from janym.book.law import Law
from janym.book.layout import Layout
from janym.book.message import Snapshot
from janym.domain.market import Bbo, Channel, Depth, Pair, Trade
from janym.ports.feeds import Alive, Close, Request, Send, Unknown

PairOf = Callable[[str], Pair | None]
"""Our name of a venue's symbol, or None for one that is not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What a client has to send for as long as its connection stands."""

    every_ns: int
    beat: Callable[[int], Send]
    """Writes one, for a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """Where a venue lets one connect."""

    url: str
    heartbeat_ns: int
    """Takes the place of `Heartbeat.every_ns`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A venue that has to be asked where to connect, and says `Welcome` there."""

    request: Request
    read: Callable[[bytes], Ticket]
    """Reads the answer; ValueError where it is none."""


def _together(topic: str) -> str:  # noqa: ARG001 - topics of every kind go together
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a venue wants to be asked, where it is not as most do."""

    entrance: Entrance | None = None
    group: Callable[[str], str] = _together
    """Topics of different groups stand in messages of their own."""
    replaces: bool = False
    """A subscribe message may take the place of all earlier ones of its group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The connection may be asked for something now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The venue took what was asked for: by number or topic, or the oldest message of a group."""

    id: str | int | None = None
    topics: Sequence[str] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """The venue did not take what was asked for."""

    reason: str
    id: str | int | None = None
    topics: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A snapshot that was asked for on the socket."""

    token: str
    snapshot: Snapshot


Said = Trade | Bbo | Welcome | Taken | Denied | Offered | Alive | Unknown | Send | Close


def can_be(told: Trade | Bbo) -> bool:
    """Tell whether prices and sizes are numbers of zero or more."""
    numbers = (
        (told.price, told.size)
        if isinstance(told, Trade)
        else (told.bid, told.bid_size, told.ask, told.ask_size)
    )
    return all(each is None or (each.is_finite() and each >= 0) for each in numbers)


class Dialect(Protocol):
    """One market of one venue, in its own words."""

    @property
    def kinds(self) -> Sequence[Layout]:
        """Kinds of book message, the most frequent first."""
        ...

    @property
    def heartbeat(self) -> Heartbeat | None:
        """What keeps a connection; None where the venue does the asking."""
        ...

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> Sequence[Said]:
        """Read a frame that is no book message. It may be anything at all; this raises nothing."""
        ...

    def opened_up(self, frame: bytes) -> bytes:
        """Undo the venue's compression.

        Raises:
            ValueError: the frame cannot be undone.
        """
        ...

    def topic(self, channel: Channel, depth: Depth, symbol: str) -> str:
        """Name what a subscription asks for; subscriptions with one name share one stream."""
        ...

    def token(self, depth: Depth, symbol: str) -> str:
        """Say what book messages of a subscription will name themselves by."""
        ...

    def symbol(self, token: str) -> str:
        """Give the instrument's symbol as listings spell it."""
        ...

    def law(self, token: str) -> Law: ...

    def guess(self, symbol: str) -> Pair | None:
        """Give the pair that an unlisted symbol most likely is; None if there is no telling."""
        ...

    def subscribe(self, topics: Sequence[str], number: int) -> str | bytes:
        """Write one message that asks for these topics."""
        ...

    def unsubscribe(self, topics: Sequence[str], number: int) -> str | bytes: ...

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | Send | None:
        """Ask for a whole book; None where subscribing again is the way."""
        ...

    @property
    def snapshot_paths(self) -> Sequence[str]:
        """What the paths of `snapshot` begin with, in all their versions."""
        ...

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        """Read the answer to `snapshot`.

        Raises:
            ValueError: it is none, and says why.
        """
        ...
