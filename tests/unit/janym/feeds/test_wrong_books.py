"""No fault on the way leaves a wrong book that is shown as right, on any feed there is.

Feeds come from the registry: a new venue is tried with its first line there.
"""

import pytest

from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from tests.fakes.flow.faults import FAULTS, Ordeal, Tally

FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = 10_000
EACH = -(-TOGETHER // len(FEEDS_THERE_ARE))
AT_ONCE = 100


def name(feed: VenueFeed) -> str:
    return f"{feed.venue}-{feed.market}"


@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=name)
def test_no_fault_leaves_a_wrong_book_unnoticed(feed: VenueFeed) -> None:
    """S4-003, S4-004; 10,000 faults over all feeds, each kind among them."""
    tally = Tally()
    for seed in range(-(-EACH // AT_ONCE)):
        Ordeal(feed, seed).run(AT_ONCE, tally)

    assert tally.silent == []
    assert tally.lost == [], "a book has to come back when everything is answered"
    assert tally.faults >= EACH
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
