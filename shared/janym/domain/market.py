"""What public market data is made of: places, pairs, books' updates, trades, gaps.

Prices and sizes of books are whole numbers: a `Scale` says how many decimal places they stand for,
and turns them into decimals at the edges. Moments are Unix nanoseconds. What arrives thousands of
times a second is a named tuple, which costs a fifth of a frozen dataclass.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, NewType

from janym.domain.trading import Side

VenueId = NewType("VenueId", str)
"""The name of a venue's folder: `binance`."""

Pair = NewType("Pair", str)
"""`BASE/QUOTE`, whatever the venue calls it: `BTC/USDT`."""

Level = tuple[int, int]
"""Price in ticks, size in lots; a size of 0 takes the level out of the book."""

Texts = Sequence[tuple[str, str]]
"""Levels as the venue wrote them: price and size, as decimal strings."""


class Market(StrEnum):
    """Which of a venue's markets."""

    SPOT = "spot"
    FUTURES = "futures"
    """Perpetual contracts settled in USDT."""


class Channel(StrEnum):
    """What can be subscribed to."""

    BOOK = "book"
    BBO = "bbo"
    TRADES = "trades"


class Depth(StrEnum):
    """How many levels of a side a book must be right for."""

    TWENTY = "20"
    FIFTY = "50"
    FULL = "full"

    @property
    def levels(self) -> int | None:
        """The number, or None for as many as the venue gives."""
        return None if self is Depth.FULL else int(self)


class BookState(StrEnum):
    """How far a book can be believed; only a live one is shown as right."""

    EMPTY = "empty"
    """Nothing has been heard."""
    SYNCING = "syncing"
    """Changes are kept until a snapshot gives them something to change."""
    LIVE = "live"
    STALE = "stale"
    """It was right once; what became of it since is not known."""


class GapReason(StrEnum):
    """Why a book could not be believed for a while."""

    SEQUENCE = "sequence"
    """A message does not follow the one before it."""
    CHECKSUM = "checksum"
    """The book does not have the checksum that the venue gives."""
    CROSSED = "crossed"
    """The best bid is not below the best ask."""
    SILENCE = "silence"
    """Nothing was heard for longer than the venue is ever silent."""
    DISCONNECTED = "disconnected"
    MALFORMED = "malformed"
    """A message of the book cannot be read whole."""
    THIN = "thin"
    """Prices moved out of the range that the snapshot covered."""
    UNATTENDED = "unattended"
    """Nobody was there to collect it."""
    UNWRITTEN = "unwritten"
    """What was heard could not be kept until it could be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One thing to listen to on one pair."""

    pair: Pair
    channel: Channel
    depth: Depth = Depth.FULL
    """Means something for books alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How many decimal places a tick and a lot stand for: with 2, a price of 61800.20 is 6180020.

    A venue's tick of 0.05 counts as five ticks of two places, so that no price that a venue can
    write is ever rounded.
    """

    price_places: int
    size_places: int

    def price(self, ticks: int) -> Decimal:
        return Decimal(ticks).scaleb(-self.price_places)

    def size(self, lots: int) -> Decimal:
        return Decimal(lots).scaleb(-self.size_places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An instrument as the venue's public list has it."""

    venue: VenueId
    market: Market
    pair: Pair
    symbol: str
    """The venue's own name, as its book messages spell it."""
    tick: Decimal
    step: Decimal
    """Smallest change of a size, in what the venue counts sizes in."""
    contract_size: Decimal = Decimal(1)
    """How much of the base asset one unit of size is; 1 where sizes are in the base asset."""
    min_size: Decimal | None = None
    min_notional: Decimal | None = None

    @property
    def scale(self) -> Scale:
        return Scale(price_places=_places(self.tick), size_places=_places(self.step))


class BookUpdate(NamedTuple):
    """One message that moved a live book. Levels are those of the message, not of the book."""

    pair: Pair
    snapshot: bool
    """The levels are the whole book; what it held before is gone."""
    sequence: int
    """The venue's number of the last change within; 0 where it numbers none."""
    bids: Sequence[Level]
    asks: Sequence[Level]
    scale: Scale
    happened_ns: int
    """By the venue's clock; 0 where it gives no time."""
    received_ns: int


class Trade(NamedTuple):
    """A public execution. Prices and sizes are the venue's own decimals."""

    pair: Pair
    id: str
    price: Decimal
    size: Decimal
    side: Side
    """What the taker did."""
    happened_ns: int
    received_ns: int


class Bbo(NamedTuple):
    """Best bid and offer as the venue's own channel gives it; a side may be empty."""

    pair: Pair
    bid: Decimal | None
    bid_size: Decimal
    ask: Decimal | None
    ask_size: Decimal
    sequence: int
    happened_ns: int
    received_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which a book could not be believed."""

    pair: Pair
    reason: GapReason
    good_until_ns: int
    """When the last message arrived that left the book right."""
    noticed_ns: int
    ended_ns: int | None = None
    """When the book was right again; None as long as it is not."""
    last_sequence: int = 0
    found_sequence: int = 0
    detail: str = ""


def _places(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
