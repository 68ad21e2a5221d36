"""Candles: traded ones since the start, and before it a seeded past that never was.

The past is a smooth wave around the start price, a function of time alone, so candles of
different intervals agree on the prices at their edges.
"""

import math
from dataclasses import dataclass, replace
from decimal import Decimal

from containers.paper_exchange.tape import PublicTrade

MINUTE_MS = 60_000
KEPT_MINUTES = 1_500
WAVES = ((0.0060, 86_400_000.0), (0.0025, 14_400_000.0), (0.0008, 1_500_000.0))
"""Amplitude as a fraction, period in milliseconds."""
WICK = Decimal("0.0003")
PAST_TRADES_PER_MINUTE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """`taker_volume` is the part that buyers took. Volumes in base, `quote_volume` in quote."""

    open_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
    taker_volume: Decimal
    taker_quote_volume: Decimal


class Candles:
    """Candles of one instrument."""

    def __init__(self, *, start_price: Decimal, tick: Decimal, size: Decimal) -> None:
        """`size` is the typical volume of a minute in the made-up past, in base."""
        self._start_price = start_price
        self._tick = tick
        self._size = size
        self._minutes: dict[int, Candle] = {}

    def add(self, trade: PublicTrade) -> None:
        """Count a trade into its minute."""
        open_ms = trade.time_ms // MINUTE_MS * MINUTE_MS
        if open_ms in self._minutes:
            self._minutes[open_ms] = _grown(self._minutes[open_ms], trade)
            return
        self._minutes[open_ms] = _first(trade, open_ms)
        if len(self._minutes) > KEPT_MINUTES:
            del self._minutes[next(iter(self._minutes))]

    def window(self, interval_ms: int, *, first_ms: int, count: int, now_ms: int) -> list[Candle]:
        """Return up to `count` candles that open at or after `first_ms` and not after now."""
        opens = -(-first_ms // interval_ms) * interval_ms
        candles: list[Candle] = []
        while opens <= now_ms and len(candles) < count:
            candles.append(self._candle(opens, interval_ms))
            opens += interval_ms
        return candles

    def _candle(self, open_ms: int, interval_ms: int) -> Candle:
        end = open_ms + interval_ms
        earliest = next(iter(self._minutes), end)
        minutes = range(max(open_ms, earliest), end, MINUTE_MS)
        traded = [self._minutes[at] for at in minutes if at in self._minutes]
        return _joined(traded, open_ms) if traded else self._past(open_ms, interval_ms)

    def _past(self, open_ms: int, interval_ms: int) -> Candle:
        first, last = self._price(open_ms), self._price(open_ms + interval_ms)
        minutes = max(1, interval_ms // MINUTE_MS)
        volume = self._size * minutes
        middle = (first + last) / 2
        return Candle(
            open_ms=open_ms,
            open=first,
            high=self._rounded(max(first, last) * (1 + WICK)),
            low=self._rounded(min(first, last) * (1 - WICK)),
            close=last,
            volume=volume,
            quote_volume=volume * middle,
            trades=PAST_TRADES_PER_MINUTE * minutes,
            taker_volume=volume / 2,
            taker_quote_volume=volume * middle / 2,
        )

    def _price(self, at_ms: int) -> Decimal:
        wave = sum(height * math.sin(math.tau * at_ms / period) for height, period in WAVES)
        return self._rounded(self._start_price * (1 + Decimal(round(wave * 1_000_000)) / 1_000_000))

    def _rounded(self, price: Decimal) -> Decimal:
        return (price / self._tick).quantize(Decimal(1)) * self._tick


def _first(trade: PublicTrade, open_ms: int) -> Candle:
    empty = Candle(
        open_ms=open_ms,
        open=trade.price,
        high=trade.price,
        low=trade.price,
        close=trade.price,
        volume=Decimal(0),
        quote_volume=Decimal(0),
        trades=0,
        taker_volume=Decimal(0),
        taker_quote_volume=Decimal(0),
    )
    return _grown(empty, trade)


def _grown(candle: Candle, trade: PublicTrade) -> Candle:
    bought = Decimal(0) if trade.seller_took else trade.quantity
    return replace(
        candle,
        high=max(candle.high, trade.price),
        low=min(candle.low, trade.price),
        close=trade.price,
        volume=candle.volume + trade.quantity,
        quote_volume=candle.quote_volume + trade.quantity * trade.price,
        trades=candle.trades + 1,
        taker_volume=candle.taker_volume + bought,
        taker_quote_volume=candle.taker_quote_volume + bought * trade.price,
    )


def _joined(parts: list[Candle], open_ms: int) -> Candle:
    zero = Decimal(0)
    return Candle(
        open_ms=open_ms,
        open=parts[0].open,
        high=max(part.high for part in parts),
        low=min(part.low for part in parts),
        close=parts[-1].close,
        volume=sum((part.volume for part in parts), zero),
        quote_volume=sum((part.quote_volume for part in parts), zero),
        trades=sum(part.trades for part in parts),
        taker_volume=sum((part.taker_volume for part in parts), zero),
        taker_quote_volume=sum((part.taker_quote_volume for part in parts), zero),
    )
