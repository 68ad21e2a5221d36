"""Every feed fills the same port, with its facts as data."""

import json
from decimal import Decimal

import pytest

from janym.domain.errors import InvalidInput
from janym.domain.market import Channel, Depth, Listing, Market, Pair, Subscription
from janym.live import feeds
from janym.ports.feeds import MINUTE, SECOND, Effects, Endpoint, Feed, Fetch, Send, Session

ALL = pytest.mark.parametrize("feed", feeds.FEEDS.values(), ids=lambda f: f"{f.venue}-{f.market}")
PAIR = Pair("BTC/USDT")
TICKET = {
    "token": "abc",
    "instanceServers": [{"endpoint": "wss://there.example/", "pingInterval": 18_000}],
}
WELCOME = '{"id":"1","type":"welcome"}'


def listing(feed: Feed) -> Listing:
    return Listing(
        venue=feed.venue,
        market=feed.market,
        pair=PAIR,
        symbol="BTC-USDT",
        tick=Decimal("0.1"),
        step=Decimal("0.001"),
    )


def opened(feed: Feed, endpoint: Endpoint) -> Session:
    """Give a session that may be asked for something."""
    session = feed.session(endpoint, {PAIR: listing(feed)})
    for effect in session.dial(0):
        if isinstance(effect, Fetch):
            session.answered(effect.request, 200, json.dumps({"data": TICKET}).encode(), 0)
    session.opened(0)
    session.receive(WELCOME, 0)
    return session


def sends(effects: Effects) -> list[Send]:
    return [effect for effect in effects if isinstance(effect, Send)]


@ALL
def test_a_feed_says_who_it_is_and_where(feed: Feed) -> None:
    """S4-007: name, addresses of its sockets, address of its REST calls, each channel once."""
    channels = [channel for endpoint in feed.endpoints for channel in endpoint.channels]

    assert feeds.get(feed.venue, feed.market) is feed
    assert sorted(channels) == sorted(Channel)
    assert all(endpoint.url.startswith("wss://") for endpoint in feed.endpoints)
    assert feed.rest.startswith("https://")
    assert feed.instruments().path.startswith("/")


@ALL
def test_limits_are_data(feed: Feed) -> None:
    """S4-010, S4-085: no more pairs on a connection than fifty."""
    limits, silence = feed.limits, feed.silence

    assert 1 <= limits.pairs <= 50
    assert limits.arguments >= 1
    assert all(
        rate.count > 0 and rate.per_ns >= SECOND
        for rate in (limits.connections, limits.messages, limits.weight)
    )
    assert limits.lifetime_ns is None or limits.lifetime_ns >= 60 * MINUTE
    assert silence.connection_ns >= 5 * SECOND


@ALL
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("depth", Depth)
def test_each_channel_and_depth_is_asked_for_and_given_up(
    feed: Feed, channel: Channel, depth: Depth
) -> None:
    """S4-011, S4-016, S4-027, S4-028: in words that name the instrument."""
    endpoint = next(each for each in feed.endpoints if channel in each.channels)
    session = opened(feed, endpoint)
    wanted = Subscription(pair=PAIR, channel=channel, depth=depth)

    asked = sends(session.subscribe([wanted], 1))
    assert session.subscriptions == {wanted}
    given_up = sends(session.unsubscribe([wanted], 2))

    assert session.subscriptions == frozenset()
    for messages in (asked, given_up):
        assert messages
        assert all("BTC-USDT" in str(each.frame).upper() for each in messages)
    assert [each.frame for each in asked] != [each.frame for each in given_up]


@ALL
def test_a_heartbeat_comes_before_anybody_takes_silence_for_death(feed: Feed) -> None:
    """S4-012, K-20: clients ping where the venue wants it, and are silent where the venue pings."""
    session = opened(feed, feed.endpoints[0])

    beats = [
        effect
        for second in range(1, feed.silence.connection_ns // SECOND)
        for effect in sends(session.tick(second * SECOND))
    ]

    assert bool(beats) == (feed.venue not in {"binance", "htx"})
    assert all(beat.urgent for beat in beats)


@pytest.mark.parametrize(
    ("venue", "market", "field"), [("nyse", "spot", "venue"), ("okx", "margin", "market")]
)
def test_what_there_is_no_feed_for_is_refused_by_name(venue: str, market: str, field: str) -> None:
    """S4-008: one place makes feeds, and says what there is."""
    with pytest.raises(InvalidInput, match=field):
        feeds.get(venue, market)


def test_there_are_fourteen() -> None:
    """S4-003, S4-004."""
    venues = {"binance", "bybit", "okx", "kucoin", "coinex", "htx", "mexc"}
    assert set(feeds.FEEDS) == {(venue, market) for venue in venues for market in Market}
