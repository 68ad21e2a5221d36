"""Market data over HTTP: what collectors wrote. Prices and amounts are decimal strings."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.messages import Money
from janym.api.requests import Asked, Moment, WholeQuery
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.market import Channel, Listing, Market
from janym.domain.past import (
    Candle,
    Interval,
    PastBook,
    PastGap,
    PastQuote,
    PastTrade,
    Ticker,
    Trust,
)
from janym.domain.trading import Side
from janym.ports.market_history import Place
from janym.usecases import past_books

LAST_HOUR = timedelta(hours=1)
MOST_CANDLES = 1_500
MOST_LEVELS = 5_000


class MarketQuery(Asked):
    """Which market of which exchange."""

    exchange: Annotated[str, Field(min_length=1, max_length=50)]
    market: Market = Market.SPOT


class PairQuery(MarketQuery):
    """Which pair."""

    pair: Annotated[str, Field(max_length=50)]
    """`BASE/QUOTE`, for example BTC/USDT."""

    def place(self) -> Place:
        """Give the place. Raises InvalidInput naming `pair`."""
        return past_books.place(self.exchange, self.market, self.pair)


class ListingsQuery(WholeQuery, MarketQuery):
    """Everything of a market."""


class BookQuery(PairQuery):
    """At which moment, without one a few seconds ago; and how many levels of a side."""

    at: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_LEVELS)] = 50


class SpanQuery(WholeQuery, PairQuery):
    """Which stretch of time; without one the last hour."""

    since: Moment | None = None
    until: Moment | None = None

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Give the stretch. Raises InvalidInput where it ends before it begins."""
        until = self.until or now
        since = self.since or until - LAST_HOUR
        if until <= since:
            raise InvalidInput(FieldError(field="until", reason="must be later than since"))
        return since, until


class TradesQuery(SpanQuery):
    """How many, of the stretch's last."""

    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class CandlesQuery(SpanQuery):
    """How long each is; a stretch has at most 1,500."""

    interval: Interval = Interval.M1

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        since, until = super().span(now)
        if (until - since) / self.interval.length > MOST_CANDLES:
            reason = f"gives more than {MOST_CANDLES} candles: name a longer one, or less time"
            raise InvalidInput(FieldError(field="interval", reason=reason))
        return since, until


class InstrumentView(BaseModel):
    """What an exchange lists."""

    pair: str
    symbol: str
    """The exchange's own name."""
    tick_size: Money
    step_size: Money
    contract_size: Money
    min_size: Money | None
    min_notional: Money | None

    @classmethod
    def of(cls, listing: Listing) -> Self:
        return cls(
            pair=listing.pair,
            symbol=listing.symbol,
            tick_size=listing.tick,
            step_size=listing.step,
            contract_size=listing.contract_size,
            min_size=listing.min_size,
            min_notional=listing.min_notional,
        )


class TickerView(BaseModel):
    """A pair's last 24 hours, from its trades. `turnover` is in the quote asset."""

    pair: str
    last: Money
    at: AwareDatetime
    open: Money
    high: Money
    low: Money
    volume: Money
    turnover: Money
    trades: int

    @classmethod
    def of(cls, ticker: Ticker) -> Self:
        return cls(
            pair=ticker.pair,
            last=ticker.last,
            at=ticker.at,
            open=ticker.open,
            high=ticker.high,
            low=ticker.low,
            volume=ticker.volume,
            turnover=ticker.turnover,
            trades=ticker.trades,
        )


class CandleView(BaseModel):
    """What was traded from `at` on, for one interval."""

    at: AwareDatetime
    open: Money
    high: Money
    low: Money
    close: Money
    volume: Money
    turnover: Money
    trades: int

    @classmethod
    def of(cls, candle: Candle) -> Self:
        return cls(
            at=candle.at,
            open=candle.open,
            high=candle.high,
            low=candle.low,
            close=candle.close,
            volume=candle.volume,
            turnover=candle.turnover,
            trades=candle.trades,
        )


class TradeView(BaseModel):
    """A public trade; `side` is what the taker did."""

    id: str
    at: AwareDatetime
    side: Side
    price: Money
    amount: Money

    @classmethod
    def of(cls, trade: PastTrade) -> Self:
        return cls(
            id=trade.id, at=trade.at, side=trade.side, price=trade.price, amount=trade.amount
        )


class QuoteView(BaseModel):
    """A best bid and offer as the exchange's own channel told it; a side without orders is null."""

    at: AwareDatetime
    received: AwareDatetime
    sequence: int
    """The exchange's number; 0 where it numbers none."""
    bid: Money | None
    bid_amount: Money
    ask: Money | None
    ask_amount: Money

    @classmethod
    def of(cls, quote: PastQuote) -> Self:
        return cls(
            at=quote.at,
            received=quote.received,
            sequence=quote.sequence,
            bid=quote.bid,
            bid_amount=quote.bid_amount,
            ask=quote.ask,
            ask_amount=quote.ask_amount,
        )


class GapView(BaseModel):
    """A time in which a book, or a pair's trades, could not be had."""

    channel: Channel
    began: AwareDatetime
    ended: AwareDatetime | None
    reason: str
    detail: str
    lost_rows: int

    @classmethod
    def of(cls, gap: PastGap) -> Self:
        return cls(
            channel=gap.channel,
            began=gap.began,
            ended=gap.ended,
            reason=gap.reason,
            detail=gap.detail,
            lost_rows=gap.lost_rows,
        )


class LevelView(BaseModel):
    """A price, and what stands there in the base asset or in contracts."""

    price: Money
    amount: Money


class BookView(BaseModel):
    """An order book as it was, best first, and how far to trust it."""

    pair: str
    at: AwareDatetime
    bids: list[LevelView]
    asks: list[LevelView]
    sequence: int
    """The exchange's number of the last change within; 0 where it numbers none."""
    snapshot_at: AwareDatetime
    changed_at: AwareDatetime
    trust: Trust
    doubts: list[str]
    gaps: list[GapView]

    @classmethod
    def of(cls, book: PastBook) -> Self:
        return cls(
            pair=book.pair,
            at=book.at,
            bids=[_level(level) for level in book.bids],
            asks=[_level(level) for level in book.asks],
            sequence=book.sequence,
            snapshot_at=book.snapshot_at,
            changed_at=book.changed_at,
            trust=book.trust,
            doubts=list(book.doubts),
            gaps=[GapView.of(gap) for gap in book.gaps],
        )


def _level(level: tuple[Decimal, Decimal]) -> LevelView:
    return LevelView(price=level[0], amount=level[1])
