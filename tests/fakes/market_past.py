"""A market's history in memory: one hour of BTC/USDT on Binance, the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from janym.domain.collecting import Collector, DaemonId, DaemonStatus
from janym.domain.errors import NotFound
from janym.domain.market import Channel, Listing, Market, Pair, VenueId
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
from tests.fakes.clock import NOON

BINANCE, BTC = VenueId("binance"), Pair("BTC/USDT")
BEGAN = datetime(2026, 11, 21, 11, tzinfo=UTC)
PLACE = Place(BINANCE, Market.SPOT, BTC)
PRICE = Decimal("61800.20")


@dataclass(frozen=True)
class FakeMarketPast:
    """`ports.market_past.MarketPast`."""

    def book(self, place: Place, at: datetime, *, limit: int | None) -> PastBook:
        if place != PLACE or at < BEGAN:
            raise NotFound("book", f"of {'/'.join(place)} at {at.isoformat()} or before")
        return PastBook(
            venue=place.venue,
            market=place.market,
            pair=place.pair,
            at=at,
            bids=[(PRICE - n, Decimal("0.5")) for n in range(limit or 3)],
            asks=[(PRICE + 1 + n, Decimal("0.25")) for n in range(limit or 3)],
            sequence=160,
            snapshot_at=BEGAN,
            changed_at=at - timedelta(milliseconds=100),
            updates=9,
            trust=Trust.COMPLETE,
            doubts=[],
            gaps=[],
        )

    def gaps(self, place: Place, *, since: datetime, until: datetime) -> Sequence[PastGap]:
        gap = PastGap(
            channel=Channel.BOOK,
            began=BEGAN + timedelta(minutes=10),
            noticed=BEGAN + timedelta(minutes=10, seconds=1),
            ended=BEGAN + timedelta(minutes=10, seconds=3),
            reason="disconnected",
            detail="",
            lost_rows=0,
        )
        return [gap] if place == PLACE and since < gap.noticed < until else []

    def trades(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[PastTrade]:
        last = min(until, BEGAN + timedelta(hours=1))
        return [
            PastTrade(
                id=str(5_266_583_935 - n),
                at=last - timedelta(seconds=n + 1),
                side=Side.BUY,
                price=PRICE,
                amount=Decimal("0.006"),
            )
            for n in range(limit)
            if place == PLACE and last - timedelta(seconds=n + 1) >= since
        ]

    def quotes(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[PastQuote]:
        last = min(until, BEGAN + timedelta(hours=1))
        return [
            PastQuote(
                at=last - timedelta(seconds=n + 1, milliseconds=4),
                received=last - timedelta(seconds=n + 1),
                sequence=1_127_645_101 - n,
                bid=PRICE,
                bid_amount=Decimal("0.5"),
                ask=PRICE + 1,
                ask_amount=Decimal("0.25"),
            )
            for n in range(limit)
            if place == PLACE and last - timedelta(seconds=n + 1) >= since
        ]

    def candles(
        self, place: Place, interval: Interval, *, since: datetime, until: datetime
    ) -> Sequence[Candle]:
        return [
            Candle(
                at=BEGAN,
                open=PRICE,
                high=PRICE + 2,
                low=PRICE - 1,
                close=PRICE + 1,
                volume=Decimal("1.5"),
                turnover=Decimal("92701.05"),
                trades=12,
            )
            for _ in [interval]
            if place == PLACE and since <= BEGAN < until
        ]

    def tickers(self, venue: VenueId, market: Market, *, at: datetime) -> Sequence[Ticker]:
        return [
            Ticker(
                pair=BTC,
                last=PRICE,
                at=BEGAN + timedelta(minutes=59),
                open=PRICE - 300,
                high=PRICE + 20,
                low=PRICE - 410,
                volume=Decimal("120.5"),
                turnover=Decimal("7440000.25"),
                trades=5120,
            )
            for _ in [at]
            if (venue, market) == (BINANCE, Market.SPOT)
        ]


@dataclass(frozen=True)
class FakeListings:
    """What `ports.roster.Roster` gives of instruments and collectors."""

    def collectors(self, *, limit: int) -> Sequence[Collector]:
        known = [
            Collector(
                id=DaemonId("collector-1"), status=DaemonStatus.RUNNING, heartbeat=NOON, books=12
            ),
            Collector(
                id=DaemonId("collector-0"),
                status=DaemonStatus.RUNNING,
                heartbeat=NOON - timedelta(hours=1),
                books=7,
            ),
        ]
        return known[:limit]

    def listings(self, venue: VenueId, market: Market) -> Sequence[Listing]:
        return [
            Listing(
                venue=venue,
                market=market,
                pair=BTC,
                symbol="BTCUSDT",
                tick=Decimal("0.01"),
                step=Decimal("0.00001"),
                min_size=Decimal("0.00001"),
                min_notional=Decimal(5),
            )
            for _ in [market]
            if (venue, market) == (BINANCE, Market.SPOT)
        ]
