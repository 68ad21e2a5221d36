"""Compiled books and those in pure Python say the same of every frame."""

from random import Random

import pytest

from janym.book.keepers import COMPILED, PURE
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from tests.fakes.flow.twins import Twins

FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = 200_000
SEED = 1


@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_whatever_arrives_both_say_the_same(feed: VenueFeed) -> None:
    """200,000 frames over all feeds, most of them spoilt in some way."""
    assert COMPILED is not None
    twins = Twins(feed, (PURE, COMPILED), Random(f"{feed.venue} {feed.market} {SEED}"))  # noqa: S311 - spoils frames

    twins.run(TOGETHER // len(FEEDS_THERE_ARE))

    assert min(twins.said[kind] for kind in ("BookUpdate", "BookStale")) > 100, twins.said
