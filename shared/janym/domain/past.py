"""What the history of a market gives: books as they were, trades, candles, and how far to trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from janym.domain.market import Channel, Market, Pair, VenueId
from janym.domain.timeframe import length_of
from janym.domain.trading import Side


class Trust(StrEnum):
    """How far a rebuilt book can be believed."""

    COMPLETE = "complete"
    """Every update up to the moment is there, and the book was right."""
    STALE = "stale"
    """At the moment the collector itself did not believe the book."""
    MISSING = "missing"
    """Rows between the last whole book and the moment are not there."""
    UNPROVEN = "unproven"
    """Nothing was heard after the moment, so nothing says that nothing was missed before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastGap:
    """A time in which a book or its trades could not be had."""

    channel: Channel
    began: datetime
    noticed: datetime
    ended: datetime | None
    reason: str
    detail: str
    lost_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBook:
    """A book at a moment. Levels are price and amount, best first."""

    venue: VenueId
    market: Market
    pair: Pair
    at: datetime
    bids: Sequence[tuple[Decimal, Decimal]]
    asks: Sequence[tuple[Decimal, Decimal]]
    sequence: int
    snapshot_at: datetime
    """When the whole book was written that this one is built from."""
    changed_at: datetime
    """When its last change was received."""
    updates: int
    """How many were written over the whole book."""
    trust: Trust
    doubts: Sequence[str]
    """What speaks against it, in words."""
    gaps: Sequence[PastGap]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTrade:
    """A trade."""

    id: str
    at: datetime
    side: Side
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuote:
    """A best bid and offer; a side without orders has no price."""

    at: datetime
    """By the venue's clock, where it gives a time."""
    received: datetime
    sequence: int
    """The venue's number; 0 where it numbers none."""
    bid: Decimal | None
    bid_amount: Decimal
    ask: Decimal | None
    ask_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """What was traded in a stretch of time, which begins at `at`."""

    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    """In the base asset."""
    turnover: Decimal
    """In the quote asset."""
    trades: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
    """A market's last day."""

    pair: Pair
    last: Decimal
    at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    volume: Decimal
    turnover: Decimal
    trades: int


class Interval(StrEnum):
    """How long a candle is."""

    S1 = "1s"
    S5 = "5s"
    S15 = "15s"
    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"

    @property
    def length(self) -> timedelta:
        return length_of(self)
