"""KuCoin's public market data: addresses and limits.

Where to connect is asked for: `POST /api/v1/bullet-public` (weight 10) answers with a token, good
for 24 hours, an address, and how often to ping (18 s; the venue hangs up 10 s after a ping is due).
A client may send 100 messages in 10 seconds on a connection, open 30 connections a minute, and hold
300 topics on each; a message names up to 100 symbols. REST: 2,000 of weight in 30 seconds from one
address, for public requests of spot and futures together.

KuCoin, "Websocket: Apply connect token, Create connection", "Request rate limit" (2023-06); "Get
Public Token - Spot/Margin", "Get Public Token - Futures" (API specification, 2025-11).
"""

from collections.abc import Mapping

import msgspec

from janym.domain.market import Channel, Market
from janym.exchanges.kucoin import NAME, listings
from janym.exchanges.kucoin.dialect import KucoinDialect, group
from janym.feeds.dialect import Entrance, Manner, Ticket
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import (
    MINUTE,
    SECOND,
    Endpoint,
    Limits,
    Purpose,
    Rate,
    Request,
    Silence,
)

MS = 1_000_000
DAY = 24 * 60 * MINUTE

LIMITS = Limits(
    pairs=50,
    topics=300,
    connections=Rate(count=30, per_ns=MINUTE),
    messages=Rate(count=100, per_ns=10 * SECOND),
    arguments=100,
    message_bytes=None,
    subscribes=None,
    weight=Rate(count=1_000, per_ns=30 * SECOND),
    lifetime_ns=DAY,
)
"""Of the weight, each market has half: they have two addresses and one allowance."""


class _Server(msgspec.Struct, gc=False):
    endpoint: str
    pingInterval: int


class _Bullet(msgspec.Struct, gc=False):
    token: str
    instanceServers: list[_Server]


class _Answer(msgspec.Struct, gc=False):
    data: _Bullet


_read = msgspec.json.Decoder(_Answer).decode


def ticket(body: bytes) -> Ticket:
    """Read `{"data": {"token": "2neA", "instanceServers": [{"endpoint": "wss://...", ...}]}}`.

    Raises:
        ValueError: it says nowhere where to connect.
    """
    bullet = _read(body).data
    if not bullet.instanceServers:
        raise ValueError("no server to connect to")
    server = bullet.instanceServers[0]
    return Ticket(
        url=f"{server.endpoint}?token={bullet.token}",
        heartbeat_ns=server.pingInterval * MS,
    )


MANNER = Manner(
    entrance=Entrance(
        request=Request(
            purpose=Purpose.TOKEN,
            path="/api/v1/bullet-public",
            query={},
            weight=10,
            method="POST",
        ),
        read=ticket,
    ),
    group=group,
)


def _feed(market: Market, rest: str, url: str) -> VenueFeed:
    return VenueFeed(
        name=NAME,
        market=market,
        dialect=KucoinDialect(market),
        endpoints=(Endpoint(name="public", url=url, channels=frozenset(Channel)),),
        rest=rest,
        limits=LIMITS,
        silence=Silence(connection_ns=MINUTE, book_ns=MINUTE),
        instruments=listings.INSTRUMENTS[market],
        page=lambda _, body: listings.page(market, body),
        manner=MANNER,
    )


FEEDS: Mapping[Market, VenueFeed] = {
    Market.SPOT: _feed(Market.SPOT, "https://api.kucoin.com", "wss://ws-api-spot.kucoin.com/"),
    Market.FUTURES: _feed(
        Market.FUTURES, "https://api-futures.kucoin.com", "wss://ws-api-futures.kucoin.com/"
    ),
}
"""The token call names the address; the one here is where it led in 2025-11."""
