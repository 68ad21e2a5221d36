"""Compiled books and those in pure Python say the same of every frame."""

import json
from collections.abc import Sequence
from random import Random

import pytest

from janym.book.book import OrderBook
from janym.book.compiled import CompiledBook
from janym.book.keepers import COMPILED, PURE, Keeper
from janym.domain.market import BookUpdate, Market
from janym.feeds.feed import VenueFeed
from janym.live import feeds
from janym.live.feeds import FEEDS
from tests.fakes.flow.twins import Twins

FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = 200_000
SEED = 1
KEPT = 100


@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_whatever_arrives_both_say_the_same(feed: VenueFeed) -> None:
    """200,000 frames over all feeds, most of them spoilt in some way."""
    assert COMPILED is not None
    twins = Twins(feed, (PURE, COMPILED), Random(f"{feed.venue} {feed.market} {SEED}"))  # noqa: S311 - spoils frames

    twins.run(TOGETHER // len(FEEDS_THERE_ARE))

    assert min(twins.said[kind] for kind in ("BookUpdate", "BookStale")) > 100, twins.said


def test_what_was_told_stays_as_it_is_for_whoever_keeps_it() -> None:
    """What tells of a message is used again, but never while somebody has a part of it."""
    assert COMPILED is not None
    said = {keeper.name: _told(keeper) for keeper in (PURE, COMPILED)}

    assert said[COMPILED.name] == said[PURE.name]
    assert len(said[PURE.name]) == KEPT


def _told(keeper: Keeper) -> list[list[object]]:
    """Hear messages, and keep all that is told of one, a part of it, or nothing."""
    feed = feeds.get("bybit", Market.FUTURES)
    assert isinstance(feed, VenueFeed)
    session = feed.kept_by(keeper).session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    chance, kept = Random(SEED), list[Sequence[object]]()  # noqa: S311 - repeatable
    for number in range(1, 20 * KEPT):
        effects = session.receive(_frame(number, chance), number)
        (update, *_) = effects
        assert isinstance(update, BookUpdate)
        if number > 1 and chance.random() < 0.2:
            kept.append(chance.choice((effects, update, update.bids, update.asks)))
    return [[*each] for each in kept[:KEPT]]


def _frame(number: int, chance: Random) -> bytes:
    def side(first: int, step: int) -> list[tuple[str, str]]:
        places = sorted(chance.sample(range(40), chance.choice((0, 1, 3, 30))))
        return [
            (f"{(first + step * place) / 10:.2f}", f"{chance.random():.3f}") for place in places
        ]

    levels = {"b": [("999.00", "1"), *side(9990, -1)], "a": [("1001.00", "1"), *side(10010, 1)]}
    data = {"s": "BTCUSDT", **levels, "u": number, "seq": number}
    kind = "snapshot" if number == 1 else "delta"
    frame = {"topic": "orderbook.50.BTCUSDT", "type": kind, "ts": 1000 + number, "data": data}
    return json.dumps(frame, separators=(",", ":")).encode()


def test_one_side_that_can_be_counted_finer_does_not_leave_the_other_behind() -> None:
    """In 15 places an ask of 1,001 is too large for 64 bits, and a bid of 999 is not."""
    books = OrderBook(), CompiledBook()
    for book in books:
        book.replace([("999", "1")], [("1001", "1")])

        book.change([("100.100000000000007", "2")], [])

    tops = [book.top(None) for book in books]
    assert tops[0] == tops[1]
    assert [book.fault() for book in books] == [None, None]
