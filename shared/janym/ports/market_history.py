"""Where books, trades and gaps are written for good, a batch at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from janym.domain.market import (
    Bbo,
    BookUpdate,
    Channel,
    Gap,
    Level,
    Market,
    Pair,
    Scale,
    Trade,
    VenueId,
)


class Place(NamedTuple):
    """A book's address."""

    venue: VenueId
    market: Market
    pair: Pair


class Whole(NamedTuple):
    """A whole book at a moment: levels best first, counted in `scale`."""

    bids: Sequence[Level]
    asks: Sequence[Level]
    bid_edge: int | None
    """The price below which bids are not known; None where all are."""
    ask_edge: int | None
    keep: int | None
    """Levels of a side that the venue speaks of; None for all."""
    scale: Scale
    sequence: int
    happened_ns: int
    """By the venue's clock; 0 where it gives no time."""
    received_ns: int


class Span(NamedTuple):
    """The rows of one place within a batch, and when the first and the last were received."""

    place: Place
    rows: int
    first_ns: int
    last_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows of one table, ready to be sent. Sent twice with one token they count once."""

    table: str
    token: str
    spans: tuple[Span, ...]
    block: bytes

    @property
    def rows(self) -> int:
        return sum(span.rows for span in self.spans)

    @property
    def first_ns(self) -> int:
        """When the oldest of its rows was received."""
        return min(span.first_ns for span in self.spans)


class Unwritable(Exception):
    """What a venue said has more places or digits than the tables keep: nothing was written."""


class BookLine(Protocol):
    """One connection's view of one book, written down update by update.

    Each call may raise `Unwritable`.
    """

    def began(self, book: Whole) -> None:
        """Begin a new stretch with a whole book."""
        ...

    def updated(self, update: BookUpdate) -> None:
        """Write down the levels that changed."""
        ...

    def whole(self, book: Whole) -> None:
        """Write down what the book is after the last update."""
        ...


class Recorder(Protocol):
    """Gathers rows until they are cut into batches."""

    @property
    def rows(self) -> int:
        """How many rows wait to be cut."""
        ...

    @property
    def first_ns(self) -> int | None:
        """When the oldest of them was received."""
        ...

    def book(self, place: Place) -> BookLine:
        """Begin to write a book down, as one connection sees it."""
        ...

    def trade(self, place: Place, trade: Trade) -> None:
        """Write a trade down.

        Raises:
            Unwritable: it does not fit.
        """
        ...

    def quote(self, place: Place, quote: Bbo) -> None:
        """Write a best bid and offer down.

        Raises:
            Unwritable: it does not fit.
        """
        ...

    def gap(
        self, place: Place, gap: Gap, *, channel: Channel = Channel.BOOK, lost_rows: int = 0
    ) -> None:
        """Write down when a book could not be believed; again, with its end, when it can be."""
        ...

    def cut(self) -> list[Batch]:
        """Give what was gathered, a batch for each table that has rows, and begin anew."""
        ...


class MarketStore(Protocol):
    """The tables."""

    def store(self, batch: Batch) -> None:
        """Store a batch.

        Raises:
            StoreAway: the store does not answer; storing the batch again is safe.
        """
        ...
