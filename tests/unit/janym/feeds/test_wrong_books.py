"""No fault on the way leaves a wrong book that is shown as right, on any feed there is.

Feeds come from the registry: a new venue is tried with its first line there.
"""

import pytest

from janym.book.keepers import BEST, PURE, Keeper
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from tests.fakes.flow.faults import FAULTS, Ordeal, Tally

FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = {BEST: 10_000, **({} if BEST is PURE else {PURE: 3_000})}
"""Faults that books meet in each of the hands that may keep them."""
AT_ONCE = 100


def name(feed: VenueFeed) -> str:
    return f"{feed.venue}-{feed.market}"


@pytest.mark.parametrize("keeper", TOGETHER, ids=lambda keeper: keeper.name)
@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=name)
def test_no_fault_leaves_a_wrong_book_unnoticed(feed: VenueFeed, keeper: Keeper) -> None:
    """S4-003, S4-004; 10,000 faults over all feeds, each kind among them."""
    each = -(-TOGETHER[keeper] // len(FEEDS_THERE_ARE))
    tally = Tally()
    for seed in range(-(-each // AT_ONCE)):
        Ordeal(feed.kept_by(keeper), seed).run(AT_ONCE, tally)

    assert tally.silent == []
    assert tally.lost == [], "a book has to come back when everything is answered"
    assert tally.faults >= each
    assert {*tally.noticed, *tally.harmless} == set(FAULTS)
    assert {"drop", "swap", "stall", "reconnect"} <= set(tally.noticed)


@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=name)
def test_without_the_venues_check_the_same_faults_are_seen_as_wrong_books(feed: VenueFeed) -> None:
    """The test above can fail: what it proves is the check, not the weather."""
    tally = Tally()
    for kind in ("drop", "swap"):
        Ordeal(feed, 1, blind=True).run(AT_ONCE, tally, only=kind)

    assert any("drop" in each for each in tally.silent)
    assert any("swap" in each for each in tally.silent)
