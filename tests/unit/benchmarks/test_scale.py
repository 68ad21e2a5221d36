"""Five hundred pairs come back within each venue's limits, by the reckoning that the page shows."""

import pytest

from benchmarks import scale
from benchmarks.scale import Budget
from janym.feeds.feed import VenueFeed
from janym.live.budgets import pace
from janym.ports.feeds import SECOND, Rate


@pytest.mark.parametrize("feed", scale.feeds(), ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_five_hundred_pairs_cut_off_at_once_come_back_within_the_limits(feed: VenueFeed) -> None:
    """S4-013, S4-086: no venue says 429 or 418 to it."""
    back = scale.comes_back(feed, 500)

    assert back.over == []
    assert back.connections >= 500 // scale.MOST_PAIRS
    assert 0 < back.seconds < 400


def test_a_limit_that_is_passed_would_be_seen() -> None:
    budget = Budget(pace(Rate(count=10, per_ns=SECOND)))

    moments = [budget.take(1, 0.0) for _ in range(30)]

    assert 5 < budget.most(Rate(count=10, per_ns=SECOND)) <= 10
    assert moments == sorted(moments)


def test_the_busiest_stretch_is_found_wherever_it_lies() -> None:
    assert scale.busiest([(0.0, 3), (0.5, 3), (1.1, 3), (9.0, 1)], 1.0) == 6
    assert scale.busiest([(0.0, 3), (1.0, 3)], 1.0) == 3


def test_pairs_are_shared_out_so_that_no_collector_has_far_more() -> None:
    """S4-046."""
    most = scale.shares(1_400, 10)

    assert len(most) == len(scale.feeds())
    assert sum(most.values()) <= 2.5 * 140
