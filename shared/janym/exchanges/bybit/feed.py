"""Bybit's public market data: addresses and limits.

500 new connections in 5 minutes from one address and 1,000 in all; on spot a subscribe message
names 10 topics at most; all topics of a connection together are 21,000 characters at most. REST:
600 requests in 5 s from one address. A connection without a ping for 10 minutes is cut.

Bybit, "Connect" and "Rate Limit Rules" (v5, 2026-07-24).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.bybit import NAME, listings
from janym.exchanges.bybit.dialect import BybitDialect
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Page, Rate, Request, Silence

PAIRS = 50
ARGUMENTS: Mapping[Market, int] = {Market.SPOT: 10, Market.FUTURES: 100}


def _feed(market: Market) -> VenueFeed:
    def page(request: Request, body: bytes) -> Page:
        return listings.page(market, request, body)

    return VenueFeed(
        name=NAME,
        market=market,
        dialect=BybitDialect(),
        endpoints=(
            Endpoint(
                name="public",
                url=f"wss://stream.bybit.com/v5/public/{listings.CATEGORIES[market]}",
                channels=frozenset(Channel),
            ),
        ),
        rest="https://api.bybit.com",
        limits=Limits(
            pairs=PAIRS,
            topics=None,
            connections=Rate(count=500, per_ns=5 * MINUTE),
            messages=Rate(count=10, per_ns=SECOND),
            arguments=ARGUMENTS[market],
            message_bytes=21_000,
            subscribes=None,
            weight=Rate(count=600, per_ns=5 * SECOND),
            lifetime_ns=None,
        ),
        silence=Silence(connection_ns=45 * SECOND, book_ns=MINUTE),
        instruments=listings.instruments(market),
        page=page,
    )


FEEDS: Mapping[Market, VenueFeed] = {market: _feed(market) for market in Market}
