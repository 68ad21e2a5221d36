"""The history of markets, read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from janym.domain.market import Market, VenueId
from janym.domain.past import Candle, Interval, PastBook, PastGap, PastQuote, PastTrade, Ticker
from janym.ports.market_history import Place


class MarketPast(Protocol):
    """Reads what collectors wrote. Each method raises `StoreAway`."""

    def book(self, place: Place, at: datetime, *, limit: int | None) -> PastBook:
        """Rebuild a book as it was at a moment.

        Raises:
            NotFound: no whole book was written before that moment.
        """
        ...

    def gaps(self, place: Place, *, since: datetime, until: datetime) -> Sequence[PastGap]:
        """List the times that could not be had and touch this stretch, oldest first."""
        ...

    def trades(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[PastTrade]:
        """List the last trades of a stretch, newest first."""
        ...

    def quotes(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[PastQuote]:
        """List the last best bids and offers of a stretch, newest first, as they were received."""
        ...

    def candles(
        self, place: Place, interval: Interval, *, since: datetime, until: datetime
    ) -> Sequence[Candle]:
        """Build candles of a stretch, oldest first; one in which nothing was traded is left out."""
        ...

    def tickers(self, venue: VenueId, market: Market, *, at: datetime) -> Sequence[Ticker]:
        """Sum up each pair's last 24 hours, by pair."""
        ...
