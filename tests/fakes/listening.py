"""A session of a venue as a test drives it: one or a few pairs, moments of its own."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from janym.domain.market import Channel, Depth, Listing, Market, Pair, Subscription
from janym.live import feeds
from janym.ports.feeds import Effect, Session

S = 1_000_000_000
AT = 1_780_000_000 * S


def listing(venue: str, market: str, pair: str, symbol: str) -> Listing:
    return Listing(
        venue=feeds.get(venue, market).venue,
        market=Market(market),
        pair=Pair(pair),
        symbol=symbol,
        tick=Decimal("0.01"),
        step=Decimal("0.001"),
    )


def session(venue: str, market: str, symbols: dict[str, str], *, endpoint: int = 0) -> Session:
    """Give a session that may subscribe to these pairs, by the venue's names of them."""
    feed = feeds.get(venue, market)
    listings = {
        Pair(pair): listing(venue, market, pair, symbol) for pair, symbol in symbols.items()
    }
    return feed.session(feed.endpoints[endpoint], listings)


def wanted(*pairs: str, channel: Channel = Channel.BOOK, depth: Depth = Depth.FULL) -> list[Any]:
    return [Subscription(pair=Pair(pair), channel=channel, depth=depth) for pair in pairs]


def sent(effects: Sequence[Effect]) -> list[Any]:
    """Give what goes out, as the JSON that it is."""
    frames: list[Any] = [getattr(each, "frame", None) for each in effects]
    return [json.loads(frame) for frame in frames if frame is not None]


def names(effects: Sequence[Effect]) -> list[str]:
    return [type(each).__name__ for each in effects]


def shown(stream: Any) -> tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]:
    """Give a book as dictionaries of decimals."""
    top = stream.book.top(None)
    return dict(top.bids), dict(top.asks)
