"""OKX's public market data: addresses and limits.

3 connections a second from one address; on one connection 480 subscribe, unsubscribe and login
messages an hour; a message is 64 KB at most; a connection on which nothing goes for 30 s is cut.
REST: instruments 20 requests in 2 s.

OKX, "WebSocket: Overview, Connect" (API v5, 2026-09).
"""

from collections.abc import Mapping

from janym.domain.market import Channel, Market
from janym.exchanges.okx import NAME, listings
from janym.exchanges.okx.dialect import OkxDialect
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import MINUTE, SECOND, Endpoint, Limits, Page, Rate, Request, Silence

PAIRS = 50


def _feed(market: Market) -> VenueFeed:
    def page(request: Request, body: bytes) -> Page:  # noqa: ARG001 - there is one page
        return listings.page(market, body)

    return VenueFeed(
        name=NAME,
        market=market,
        dialect=OkxDialect(),
        endpoints=(
            Endpoint(
                name="public",
                url="wss://ws.okx.com:8443/ws/v5/public",
                channels=frozenset(Channel),
            ),
        ),
        rest="https://www.okx.com",
        limits=Limits(
            pairs=PAIRS,
            topics=None,
            connections=Rate(count=3, per_ns=SECOND),
            messages=Rate(count=10, per_ns=SECOND),
            arguments=100,
            message_bytes=64_000,
            subscribes=Rate(count=480, per_ns=60 * MINUTE),
            weight=Rate(count=20, per_ns=2 * SECOND),
            lifetime_ns=None,
        ),
        silence=Silence(connection_ns=30 * SECOND, book_ns=75 * SECOND),
        instruments=listings.instruments(market),
        page=page,
    )


FEEDS: Mapping[Market, VenueFeed] = {market: _feed(market) for market in Market}
