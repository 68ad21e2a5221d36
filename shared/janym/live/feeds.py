"""Whose market data there is: each venue's folder in one line."""

from collections.abc import Mapping, Sequence

from janym.domain.errors import FieldError, InvalidInput
from janym.domain.market import Market, VenueId
from janym.exchanges.binance import feed as binance
from janym.exchanges.bybit import feed as bybit
from janym.exchanges.coinex import feed as coinex
from janym.exchanges.htx import feed as htx
from janym.exchanges.kucoin import feed as kucoin
from janym.exchanges.mexc import feed as mexc
from janym.exchanges.okx import feed as okx
from janym.ports.feeds import Feed

VENUES: Sequence[Mapping[Market, Feed]] = (
    binance.FEEDS,
    bybit.FEEDS,
    okx.FEEDS,
    kucoin.FEEDS,
    coinex.FEEDS,
    htx.FEEDS,
    mexc.FEEDS,
)

FEEDS: Mapping[tuple[VenueId, Market], Feed] = {
    (feed.venue, market): feed for feeds in VENUES for market, feed in feeds.items()
}


def get(venue: str, market: str) -> Feed:
    """Give a venue's feed.

    Raises:
        InvalidInput: there is no such venue or market.
    """
    venues = sorted({name for name, _ in FEEDS})
    if venue not in venues:
        reason = f"{venue!r} is none; choose one of {', '.join(venues)}"
        raise InvalidInput(FieldError(field="venue", reason=reason))
    if market not in set(Market):
        reason = f"{market!r} is none; choose one of {', '.join(Market)}"
        raise InvalidInput(FieldError(field="market", reason=reason))
    return FEEDS[VenueId(venue), Market(market)]
