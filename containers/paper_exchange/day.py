"""What the last 24 hours of one market were like."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from containers.paper_exchange.candles import Candle
from containers.paper_exchange.exchange import Exchange

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Prices in quote, `volume` in base, `turnover` in quote. Times are Unix milliseconds."""

    opened: Decimal
    high: Decimal
    low: Decimal
    last: Decimal
    volume: Decimal
    turnover: Decimal
    trades: int
    first_ms: int
    last_ms: int

    @property
    def change(self) -> Decimal:
        """As a fraction: 0.01 is 1 %."""
        return (self.last - self.opened) / self.opened


def day_of(exchange: Exchange, symbol: str) -> Day:
    """Return the 24 hours that end now."""
    now = exchange.now_ms()
    last = exchange.tapes[symbol].last_price
    candles = exchange.candles[symbol].window(HOUR_MS, first_ms=now - DAY_MS, count=25, now_ms=now)
    return Day(
        opened=candles[0].open,
        high=max(last, *(one.high for one in candles)),
        low=min(last, *(one.low for one in candles)),
        last=last,
        volume=_sum(candles, lambda one: one.volume),
        turnover=_sum(candles, lambda one: one.quote_volume),
        trades=sum(one.trades for one in candles),
        first_ms=now - DAY_MS,
        last_ms=now,
    )


def _sum(candles: Iterable[Candle], part: Callable[[Candle], Decimal]) -> Decimal:
    return sum((part(one) for one in candles), Decimal(0))
