"""The book as the venue has it, in decimals and dictionaries: the oracle of the fault tests.

It knows nothing of ladders, ticks, laws or frames, and nothing of it is imported by the product.
"""

from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

Sides = tuple[dict[str, str], dict[str, str]]
"""Bids and asks: sizes by price, each as written."""

FEWEST, MOST = 4, 14
TICK = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message's worth of change, and the book after it."""

    first: int
    final: int
    previous: int
    at_ms: int
    bids: list[tuple[str, str]]
    asks: list[tuple[str, str]]
    after: Sides


@dataclass(slots=True)
class Truth:
    """A market that moves by itself, with the venue's numbers.

    Args:
        random: where movement comes from.
        single: one level a step, numbers without holes.
    """

    random: Random
    single: bool = False
    number: int = 1_000_000
    at_ms: int = 1_770_000_000_000
    sides: Sides = field(default_factory=lambda: ({}, {}))
    past: deque[Step] = field(default_factory=lambda: deque[Step](maxlen=60))

    def __post_init__(self) -> None:
        for rank in range(8):
            self.sides[0][str(Decimal(100) - TICK * (rank + 1))] = self._size()
            self.sides[1][str(Decimal(100) + TICK * (rank + 1))] = self._size()
        for _ in range(12):
            self.step()

    def step(self) -> Step:
        """Let something happen."""
        changes: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for _ in range(1 if self.single else self.random.randint(1, 5)):
            self._move(changes)
        first = self.number + 1
        previous, self.number = self.number, first + (0 if self.single else self._skip())
        self.at_ms += self.random.randint(1, 150)
        step = Step(
            first=first,
            final=self.number,
            previous=previous,
            at_ms=self.at_ms,
            bids=list(changes[0].items()),
            asks=list(changes[1].items()),
            after=deepcopy(self.sides),
        )
        self.past.append(step)
        return step

    def _skip(self) -> int:
        return self.random.choice((0, 0, 3, 9))

    def _move(self, changes: Sides) -> None:
        side = self.random.randrange(2)
        prices = sorted(self.sides[side], key=Decimal, reverse=side == 0)
        new = self._new(side, Decimal(prices[0]))
        if len(prices) >= MOST or (len(prices) > FEWEST and self.random.random() < 0.3):
            price, size = self.random.choice(prices), "0"
            del self.sides[side][price]
        elif new is not None and self.random.random() < 0.5:
            price, size = new, self._size()
            self.sides[side][price] = size
        else:
            price, size = self.random.choice(prices), self._size()
            self.sides[side][price] = size
        changes[side][price] = size

    def _new(self, side: int, best: Decimal) -> str | None:
        """Give a free price that does not cross the other side."""
        away = TICK * self.random.randint(-2, 8)
        price = best - away if side == 0 else best + away
        other = min(map(Decimal, self.sides[1])) if side == 0 else max(map(Decimal, self.sides[0]))
        crosses = price >= other if side == 0 else price <= other
        text = str(price)
        return None if crosses or price <= 0 or text in self.sides[side] else text

    def _size(self) -> str:
        return f"{self.random.randint(1, 99_999) / 1000:.3f}"
