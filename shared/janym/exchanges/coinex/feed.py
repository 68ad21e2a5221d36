"""CoinEx's public market data: addresses and limits.

REST: 400 requests a second from one address. For streams the venue states no limit: the ones here
are ours, and modest. It answers pings of its own method, not those of the protocol; a client sends
one within a minute. A book is sent whole once a minute, so one that is silent for longer is lost.

CoinEx API v2, "Rate limit", "Market Depth Subscription", "Ping" (2026-11).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.coinex import NAME, listings
from janym.exchanges.coinex.dialect import CoinexDialect, group
from janym.feeds.dialect import Manner
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Rate, Silence

LIMITS = Limits(
    pairs=50,
    topics=None,
    connections=Rate(count=30, per_ns=MINUTE),
    messages=Rate(count=10, per_ns=SECOND),
    arguments=100,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=400, per_ns=SECOND),
    lifetime_ns=None,
)
"""A message names all markets of its method, so `arguments` is no less than `pairs`."""


def _feed(market: Market) -> VenueFeed:
    return VenueFeed(
        name=NAME,
        market=market,
        dialect=CoinexDialect(),
        endpoints=(
            Endpoint(
                name="public",
                url=f"wss://socket.coinex.com/v2/{market}",
                channels=frozenset(Channel),
            ),
        ),
        rest="https://api.coinex.com",
        limits=LIMITS,
        silence=Silence(connection_ns=MINUTE, book_ns=90 * SECOND),
        instruments=listings.INSTRUMENTS[market],
        page=lambda _, body: listings.page(market, body),
        manner=Manner(group=group, replaces=True),
    )


FEEDS: Mapping[Market, VenueFeed] = {market: _feed(market) for market in Market}
