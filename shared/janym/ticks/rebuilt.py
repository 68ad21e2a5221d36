"""A book made again: changes written over a whole book, and how far what comes of it is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from janym.domain.market import Channel, GapReason
from janym.domain.past import PastGap, Trust
from janym.ticks.moments import moment


@dataclass(frozen=True, slots=True)
class Begun:
    """The whole book that a rebuilt one begins with."""

    source: str
    epoch: int
    number: int
    sequence: int
    received: int
    bids: Sequence[tuple[Decimal, Decimal]]
    asks: Sequence[tuple[Decimal, Decimal]]
    bid_edge: Decimal | None
    ask_edge: Decimal | None
    kept: int


class _Side:
    """One side of a rebuilt book: amounts by price. The sign is -1 for bids, 1 for asks."""

    def __init__(
        self, sign: int, levels: Sequence[tuple[Decimal, Decimal]], edge: Decimal | None
    ) -> None:
        self._sign = sign
        self._amounts = dict(levels)
        self._edge = edge

    def write(self, price: Decimal, amount: Decimal) -> None:
        """Put an amount in place; 0 takes the level out."""
        if amount:
            self._amounts[price] = amount
        else:
            self._amounts.pop(price, None)

    def keep(self, limit: int) -> None:
        """Forget what lies below the best levels."""
        for price in self._ordered()[limit:]:
            del self._amounts[price]

    def top(self, limit: int | None) -> list[tuple[Decimal, Decimal]]:
        """Give the best levels that are known, best first."""
        known = [price for price in self._ordered() if self._known(price)]
        return [(plain(price), plain(self._amounts[price])) for price in known[:limit]]

    def _ordered(self) -> list[Decimal]:
        return sorted(self._amounts, reverse=self._sign < 0)

    def _known(self, price: Decimal) -> bool:
        return self._edge is None or (price - self._edge) * self._sign <= 0


def written_over(begun: Begun, deltas: Sequence[tuple[Any, ...]]) -> tuple[_Side, _Side]:
    """Write changes over a whole book, as the collector's own book did."""
    bids = _Side(-1, begun.bids, begun.bid_edge)
    asks = _Side(1, begun.asks, begun.ask_edge)
    sides = {"bid": bids, "ask": asks}
    for _, rows in groupby(deltas, key=lambda row: row[0]):
        for row in rows:
            sides[row[3]].write(row[4], row[5])
        if begun.kept:
            bids.keep(begun.kept)
            asks.keep(begun.kept)
    return bids, asks


def judged(
    begun: Begun,
    deltas: Sequence[tuple[Any, ...]],
    gaps: Sequence[PastGap],
    at: datetime,
    *,
    after: bool,
) -> tuple[Trust, list[str]]:
    """Say how far a rebuilt book can be believed, and why not further."""
    numbers = {row[0] for row in deltas}
    holes = max(numbers, default=begun.number) - begun.number - len(numbers)
    books = [gap for gap in gaps if gap.channel is Channel.BOOK]
    unwritten = [gap for gap in books if gap.reason == GapReason.UNWRITTEN]
    covering = [gap for gap in books if gap not in unwritten and _covers(gap, begun, at)]
    stale = [_said(gap) for gap in covering]
    missing = [_said(gap) for gap in unwritten]
    if holes:
        missing.append(f"{holes} updates of this stretch are not in the table")
    if missing:
        return Trust.MISSING, [*missing, *stale]
    if stale:
        return Trust.STALE, stale
    if not after:
        return Trust.UNPROVEN, ["nothing of this stretch was written after the moment"]
    return Trust.COMPLETE, []


def _covers(gap: PastGap, begun: Begun, at: datetime) -> bool:
    """Whether a book was not believed at a moment; a new whole book ends a gap left open."""
    if gap.ended is not None:
        return gap.began <= at < gap.ended and not (
            begun.number == 0 and moment(begun.received) >= gap.noticed
        )
    return gap.noticed >= moment(begun.received) or begun.number > 0


def _said(gap: PastGap) -> str:
    ended = "did not end" if gap.ended is None else f"ended {gap.ended.isoformat()}"
    detail = f": {gap.detail}" if gap.detail else ""
    return f"{gap.reason} since {gap.began.isoformat()}, {ended}{detail}"


def plain(value: Decimal) -> Decimal:
    """Drop zeros after the last place that says something."""
    return Decimal(f"{value:f}".rstrip("0").rstrip(".")) if "." in f"{value:f}" else value
