"""MEXC's public market data: addresses and limits.

Spot: 30 subscriptions a connection, 100 messages a second, 24 hours, a minute without data or ping;
each REST endpoint has 500 of weight in 10 seconds from one address. Futures: a minute without a
ping; book requests 20 in 2 seconds. No limit is stated for connections, nor for the topics of a
futures connection; those are ours.

MEXC, "Websocket Market Streams", "Limits" (spot v3, 2025-08); "WebSocket API", "Get the contract's
depth information" (contract v1, 2025-04).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.mexc import NAME, listings
from janym.exchanges.mexc.dialect import FuturesDialect, SpotDialect, group
from janym.feeds.dialect import Manner
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Rate, Silence

SPOT_LIMITS = Limits(
    pairs=30,
    topics=30,
    connections=Rate(count=60, per_ns=MINUTE),
    messages=Rate(count=100, per_ns=SECOND),
    arguments=30,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=500, per_ns=10 * SECOND),
    lifetime_ns=24 * 60 * MINUTE,
)
FUTURES_LIMITS = Limits(
    pairs=30,
    topics=90,
    connections=Rate(count=60, per_ns=MINUTE),
    messages=Rate(count=20, per_ns=SECOND),
    arguments=1,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=20, per_ns=2 * SECOND),
    lifetime_ns=None,
)
SILENCE = Silence(connection_ns=50 * SECOND, book_ns=MINUTE)

FEEDS: Mapping[Market, VenueFeed] = {
    Market.SPOT: VenueFeed(
        name=NAME,
        market=Market.SPOT,
        dialect=SpotDialect(),
        endpoints=(
            Endpoint(name="spot", url="wss://wbs-api.mexc.com/ws", channels=frozenset(Channel)),
        ),
        rest="https://api.mexc.com",
        limits=SPOT_LIMITS,
        silence=SILENCE,
        instruments=listings.INSTRUMENTS[Market.SPOT],
        page=lambda _, body: listings.page(Market.SPOT, body),
    ),
    Market.FUTURES: VenueFeed(
        name=NAME,
        market=Market.FUTURES,
        dialect=FuturesDialect(),
        endpoints=(
            Endpoint(name="edge", url="wss://contract.mexc.com/edge", channels=frozenset(Channel)),
        ),
        rest="https://contract.mexc.com",
        limits=FUTURES_LIMITS,
        silence=SILENCE,
        instruments=listings.INSTRUMENTS[Market.FUTURES],
        page=lambda _, body: listings.page(Market.FUTURES, body),
        manner=Manner(group=group),
    ),
}
