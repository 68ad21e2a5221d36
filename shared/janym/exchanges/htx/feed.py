"""HTX's public market data: addresses and limits.

Spot's incremental books and the requests for whole ones stand at `/feed`, all else at `/ws`; swaps
have one address. `req` is for one request in 100 ms on a connection (spot); swaps take 40
subscriptions a second on one. No limit is stated for connections: that one is ours. REST market
data: 800 requests a second from one address (contracts), 10 a second an endpoint (spot).
`api-aws.huobi.pro` serves clients within AWS with less delay.

HTX, "Websocket Market Data: Introduction, Rate Limit" (spot, 2021-06); "API Rate Limit
Illustration" (USDT-margined contracts, 2021-06).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.htx import NAME, listings
from janym.exchanges.htx.dialect import HtxDialect
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Rate, Silence

SPOT_LIMITS = Limits(
    pairs=50,
    topics=None,
    connections=Rate(count=30, per_ns=MINUTE),
    messages=Rate(count=10, per_ns=SECOND),
    arguments=1,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=10, per_ns=SECOND),
    lifetime_ns=None,
)
FUTURES_LIMITS = Limits(
    pairs=50,
    topics=None,
    connections=Rate(count=30, per_ns=MINUTE),
    messages=Rate(count=40, per_ns=SECOND),
    arguments=1,
    message_bytes=None,
    subscribes=Rate(count=40, per_ns=SECOND),
    weight=Rate(count=800, per_ns=SECOND),
    lifetime_ns=None,
)
SILENCE = Silence(connection_ns=30 * SECOND, book_ns=MINUTE)
"""A ping comes each 5 s."""

FEEDS: Mapping[Market, VenueFeed] = {
    Market.SPOT: VenueFeed(
        name=NAME,
        market=Market.SPOT,
        dialect=HtxDialect(Market.SPOT),
        endpoints=(
            Endpoint(
                name="feed",
                url="wss://api.huobi.pro/feed",
                channels=frozenset({Channel.BOOK}),
            ),
            Endpoint(
                name="ws",
                url="wss://api.huobi.pro/ws",
                channels=frozenset({Channel.BBO, Channel.TRADES}),
            ),
        ),
        rest="https://api.huobi.pro",
        limits=SPOT_LIMITS,
        silence=SILENCE,
        instruments=listings.INSTRUMENTS[Market.SPOT],
        page=lambda _, body: listings.page(Market.SPOT, body),
    ),
    Market.FUTURES: VenueFeed(
        name=NAME,
        market=Market.FUTURES,
        dialect=HtxDialect(Market.FUTURES),
        endpoints=(
            Endpoint(
                name="linear-swap",
                url="wss://api.hbdm.com/linear-swap-ws",
                channels=frozenset(Channel),
            ),
        ),
        rest="https://api.hbdm.com",
        limits=FUTURES_LIMITS,
        silence=SILENCE,
        instruments=listings.INSTRUMENTS[Market.FUTURES],
        page=lambda _, body: listings.page(Market.FUTURES, body),
    ),
}
