"""A hundred thousand faults over all feeds, and not one wrong book that nobody noticed."""

import pytest

from janym.book.keepers import COMPILED, PURE, Keeper
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from tests.fakes.flow.faults import FAULTS, Ordeal, Tally
from tests.soak.conftest import number

FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = number("FAULTS", 100_000)
SEED = number("SEED", 1_000_000)
AT_ONCE = 500
KEEPERS = [PURE, *([COMPILED] if COMPILED else [])]


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.name)
@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_a_hundred_thousand_faults_leave_no_wrong_book_unnoticed(
    feed: VenueFeed, keeper: Keeper
) -> None:
    """S4-003, S4-004."""
    each = -(-TOGETHER // len(FEEDS_THERE_ARE))
    tally = Tally()
    for seed in range(SEED, SEED - (-each // AT_ONCE)):
        Ordeal(feed.kept_by(keeper), seed).run(AT_ONCE, tally)

    assert tally.silent == []
    assert tally.lost == []
    assert tally.faults >= each
    assert {*tally.noticed, *tally.harmless} == set(FAULTS)
