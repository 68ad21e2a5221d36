"""Seeded order books that move, and trades: what every venue's format is written from."""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

DEPTH = 200
"""Levels of a side, about."""
CHANGES = 6
"""Levels that a step changes, about."""
SIZES, FINEST = 2_000, 10
"""Sizes come again, as at venues: two thousand different ones, in tens of lots. Whoever keeps them
has met them all within minutes, and what grows afterwards is something else."""
REMEMBERED = 500_000
"""Steps of a book that can be asked for."""


class Terms(NamedTuple):
    """What prices and sizes are whole multiples of, and the price that a book begins around."""

    tick: Decimal
    step: Decimal
    price: Decimal


USUAL = Terms(tick=Decimal("0.01"), step=Decimal("0.00001"), price=Decimal(1000))
ALL_USUAL: Mapping[str, Terms] = MappingProxyType({})
QUOTE = "USDT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """An instrument."""

    base: str
    quote: str
    terms: Terms

    @property
    def tick(self) -> Decimal:
        return self.terms.tick

    @property
    def step(self) -> Decimal:
        return self.terms.step

    @property
    def centre(self) -> int:
        """The first price in ticks."""
        return int(self.terms.price / self.tick)

    @property
    def name(self) -> str:
        return f"{self.base}{self.quote}"

    def price(self, ticks: int) -> str:
        return f"{ticks * self.tick:f}"

    def size(self, lots: int) -> str:
        return f"{lots * self.step:f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One step of a book: levels as ticks and lots, 0 lots take a level out."""

    first: int
    last: int
    bids: Sequence[tuple[int, int]]
    asks: Sequence[tuple[int, int]]
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A trade in ticks and lots."""

    id: int
    price: int
    size: int
    buyer_was_maker: bool
    at_ms: int


@dataclass(slots=True)
class Book:
    """One instrument's book; the same seed makes the same steps."""

    symbol: Symbol
    chance: random.Random
    bids: dict[int, int] = field(default_factory=dict[int, int])
    asks: dict[int, int] = field(default_factory=dict[int, int])
    last: int = 1_000
    trades: int = 0
    sent: deque[tuple[int, int, int]] = field(
        default_factory=lambda: deque[tuple[int, int, int]](maxlen=REMEMBERED)
    )
    """First and last number of each step, and when it was sent, in milliseconds."""

    def __post_init__(self) -> None:
        centre = self.symbol.centre
        for offset in range(1, DEPTH + 1):
            self.bids[centre - offset] = self._size()
            self.asks[centre + offset] = self._size()

    def step(self, at_ms: int) -> Change:
        """Change a few levels; the book is never crossed."""
        bid, ask = max(self.bids), min(self.asks)
        drift = self.chance.choice((-1, 0, 0, 1))
        bids, asks = dict[int, int](), dict[int, int]()
        if drift > 0 and len(self.asks) > DEPTH // 2:
            asks[ask] = 0
            bids[ask - 1] = self._size()
        elif drift < 0 and len(self.bids) > DEPTH // 2:
            bids[bid] = 0
            asks[bid + 1] = self._size()
        for _ in range(CHANGES):
            side, best, sign = self.chance.choice(((bids, bid, -1), (asks, ask, 1)))
            price = best + sign * self.chance.randrange(1, DEPTH)
            side.setdefault(price, self._size() if self.chance.random() < 0.8 else 0)
        self._write(bids, asks)
        first, self.last = self.last + 1, self.last + max(1, len(bids) + len(asks))
        self.sent.append((first, self.last, at_ms))
        return Change(
            first=first,
            last=self.last,
            bids=list(bids.items()),
            asks=list(asks.items()),
            at_ms=at_ms,
        )

    def print(self, at_ms: int) -> Print:
        """Trade at the best price of a side."""
        self.trades += 1
        sold = self.chance.random() < 0.5
        return Print(
            id=self.trades,
            price=max(self.bids) if sold else min(self.asks),
            size=self.chance.randrange(1, 1000),
            buyer_was_maker=sold,
            at_ms=at_ms,
        )

    @property
    def best(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The best bid and offer."""
        bid, ask = max(self.bids), min(self.asks)
        return (bid, self.bids[bid]), (ask, self.asks[ask])

    def levels(self, limit: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Give the best levels of both sides, best first."""
        return (
            sorted(self.bids.items(), reverse=True)[:limit],
            sorted(self.asks.items())[:limit],
        )

    def _write(self, bids: dict[int, int], asks: dict[int, int]) -> None:
        for side, changes in ((self.bids, bids), (self.asks, asks)):
            for price, size in changes.items():
                if size:
                    side[price] = size
                else:
                    side.pop(price, None)

    def _size(self) -> int:
        return self.chance.randrange(1, SIZES) * FINEST


class Flow:
    """The books of one market, by the symbols' names."""

    def __init__(self, symbols: Sequence[Symbol], *, seed: int) -> None:
        self.books = {
            symbol.name: Book(symbol, random.Random(f"{seed}/{symbol.name}"))  # noqa: S311 - seeded
            for symbol in symbols
        }


def symbols(count: int, terms: Mapping[str, Terms] = ALL_USUAL) -> list[Symbol]:
    """Give so many instruments: some of known names, the rest numbered.

    Args:
        count: of instruments.
        terms: of those that have not the usual ones, by their names.
    """
    known = ["BTC", "ETH", "BNB", "SOL", "XRP"]
    bases = (known + [f"A{number}" for number in range(count)])[:count]
    return [
        Symbol(base=base, quote=QUOTE, terms=terms.get(f"{base}{QUOTE}", USUAL)) for base in bases
    ]
