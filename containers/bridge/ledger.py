"""Every fill of the bot's pair once, whoever told it, and the figures that follow.

Who has traded for long is given the newest fills and what all add up to. A fill that comes late is
put where it belongs as long as all fills are here; else it counts from now on: the total is the
same to the last digit, and only how it divides into realized and unrealized may differ.
"""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from janym.domain import pnl
from janym.domain.pnl import ZERO, ProfitAndLoss
from janym.domain.trading import Fill, Stretch

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The last 24 hours."""

    filled: int
    """Executions."""
    cancelled: int
    """Orders."""
    volume: Decimal
    """Quote units."""


def _moment(fill: Fill) -> tuple[datetime, int, str]:
    """Order by time, then by trade id, whose digits count up."""
    return fill.executed_at, len(fill.trade_id), fill.trade_id


@dataclass(slots=True)
class Ledger:
    """Fills in the order they happened. Profit is kept running, and redone for a late fill."""

    _fills: list[Fill] = field(default_factory=list[Fill])
    _known: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    _cancelled: deque[datetime] = field(default_factory=deque[datetime])
    _total: ProfitAndLoss = field(default_factory=ProfitAndLoss)
    _whole: bool = True
    _earlier: Sequence[Stretch] = ()

    def seed(
        self,
        fills: Iterable[Fill],
        totals: ProfitAndLoss | None = None,
        earlier: Sequence[Stretch] = (),
    ) -> None:
        """Take what the platform knew already.

        Args:
            fills: the newest.
            totals: what all of them add up to.
            earlier: how many there were on the last day before those, and what they moved.
        """
        self._earlier = earlier
        for fill in fills:
            self.add(fill)
        if totals is not None and totals.fills > len(self._fills):
            self._total, self._whole = totals, False

    def knows(self, pair: str, trade_id: str) -> bool:
        return (pair, trade_id) in self._known

    def add(self, fill: Fill) -> bool:
        """Take a fill; False where it is known."""
        key = (fill.trading_pair, fill.trade_id)
        if key in self._known:
            return False
        self._known.add(key)
        if not self._fills or _moment(self._fills[-1]) <= _moment(fill):
            self._fills.append(fill)
            self._total = self._total.after(fill)
        else:
            insort(self._fills, fill, key=_moment)
            self._total = pnl.of(self._fills) if self._whole else self._total.after(fill)
        return True

    def cancelled(self, at: datetime) -> None:
        """Note an order's cancellation."""
        self._cancelled.append(at)

    @property
    def profit(self) -> ProfitAndLoss:
        return self._total

    @property
    def fills(self) -> tuple[Fill, ...]:
        return tuple(self._fills)

    def day(self, now: datetime) -> Day:
        """Count the 24 hours before `now`."""
        while self._cancelled and now - self._cancelled[0] > DAY:
            self._cancelled.popleft()
        filled, volume = 0, ZERO
        for fill in reversed(self._fills):
            if now - fill.executed_at > DAY:
                break
            filled += 1
            volume += fill.price * fill.quantity
        for stretch in self._earlier:
            if now - stretch.ended <= DAY:
                filled += stretch.fills
                volume += stretch.volume
        return Day(filled=filled, cancelled=len(self._cancelled), volume=volume)
