"""Binance's public market data: addresses and limits.

Spot: 5 messages a second from a client, pings and pongs included; 1,024 streams a connection; 300
connections in 5 minutes from one address; 6,000 of weight a minute; a connection lasts 24 hours.
USDⓈ-M futures: 10 messages a second, 200 streams a connection, 2,400 of weight a minute. Since
2026-04-23 a futures connection carries one category: `/public` order books and best prices,
`/market` aggregated trades; the old addresses without a category are gone.

Binance, "WebSocket Streams" and "LIMITS" (spot, 2026-07-21); "Websocket Market Streams" and the
notice of 2026-03-06 on their split by category (USDⓈ-M futures).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.binance import NAME, listings
from janym.exchanges.binance.dialect import BinanceDialect
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Rate, Silence

PAIRS = 50
DAY = 24 * 60 * MINUTE

SPOT_LIMITS = Limits(
    pairs=PAIRS,
    topics=1_024,
    connections=Rate(count=300, per_ns=5 * MINUTE),
    messages=Rate(count=5, per_ns=SECOND),
    arguments=100,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=6_000, per_ns=MINUTE),
    lifetime_ns=DAY,
)
FUTURES_LIMITS = Limits(
    pairs=PAIRS,
    topics=200,
    connections=Rate(count=300, per_ns=5 * MINUTE),
    messages=Rate(count=10, per_ns=SECOND),
    arguments=100,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=2_400, per_ns=MINUTE),
    lifetime_ns=DAY,
)

FEEDS: Mapping[Market, VenueFeed] = {
    Market.SPOT: VenueFeed(
        name=NAME,
        market=Market.SPOT,
        dialect=BinanceDialect(Market.SPOT),
        endpoints=(
            Endpoint(
                name="stream",
                url="wss://stream.binance.com:9443/stream",
                channels=frozenset(Channel),
            ),
        ),
        rest="https://api.binance.com",
        limits=SPOT_LIMITS,
        silence=Silence(connection_ns=60 * SECOND, book_ns=MINUTE),
        instruments=listings.INSTRUMENTS[Market.SPOT],
        page=lambda _, body: listings.page(Market.SPOT, body),
    ),
    Market.FUTURES: VenueFeed(
        name=NAME,
        market=Market.FUTURES,
        dialect=BinanceDialect(Market.FUTURES),
        endpoints=(
            Endpoint(
                name="public",
                url="wss://fstream.binance.com/public/stream",
                channels=frozenset({Channel.BOOK, Channel.BBO}),
            ),
            Endpoint(
                name="market",
                url="wss://fstream.binance.com/market/stream",
                channels=frozenset({Channel.TRADES}),
            ),
        ),
        rest="https://fapi.binance.com",
        limits=FUTURES_LIMITS,
        silence=Silence(connection_ns=6 * MINUTE, book_ns=MINUTE),
        instruments=listings.INSTRUMENTS[Market.FUTURES],
        page=lambda _, body: listings.page(Market.FUTURES, body),
    ),
}
