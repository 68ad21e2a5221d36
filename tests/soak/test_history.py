"""The judge of histories sees a hole that no gap accounts for, and no other."""

import pytest

from janym.domain.market import BookUpdate, Gap, GapReason, Market, Pair, Scale, VenueId
from janym.ports.market_history import Place, Whole
from janym.ticks.market_store import ClickHouseMarketStore
from janym.ticks.recording import Recorder
from tests.integration.collector.conftest import Tables, tables
from tests.soak import history
from tests.soak.history import Feed

__all__ = ["tables"]

PAIR = Pair("BTC/USDT")
FEED = Feed("okx", "spot")
BEGAN_MS = 1_795_231_818_000
SENT = [[n, n, BEGAN_MS + 100 * n] for n in range(10)]
LOST = (4, 5)


def ns(step: float) -> int:
    return round((BEGAN_MS + 100 * step) * 10**6)


def gap(began: float, ended: float | None) -> Gap:
    return Gap(
        pair=PAIR,
        reason=GapReason.DISCONNECTED,
        good_until_ns=ns(began),
        noticed_ns=ns(began),
        ended_ns=None if ended is None else ns(ended),
    )


@pytest.mark.parametrize(
    ("told", "holes"),
    [
        ([], [2]),
        ([gap(3.05, 6.05)], []),
        ([gap(3.05, None)], []),
        ([gap(0, 3.05)], [2]),
        ([gap(7, 8)], [2]),
    ],
)
def test_a_hole_needs_a_gap_of_its_own(tables: Tables, told: list[Gap], holes: list[int]) -> None:
    place = Place(VenueId(FEED.venue), Market.SPOT, PAIR)
    recorder, scale = Recorder("judged"), Scale(price_places=0, size_places=0)
    line = recorder.book(place)
    line.began(Whole([(1, 1)], [(2, 1)], None, None, None, scale, 0, ns(0), ns(0.05)))
    for step in range(1, 10):
        if step not in LOST:
            line.updated(
                BookUpdate(PAIR, False, step, [(1, step)], [], scale, ns(step), ns(step + 0.05))
            )
    for each in told:
        recorder.gap(place, each)
    for batch in recorder.cut():
        ClickHouseMarketStore(lambda: tables.client).store(batch)

    there, lost = history.holes(tables, FEED, PAIR, SENT)

    assert (there, [hole.steps for hole in lost]) == (8, holes)
    assert history.broken_stretches(tables) == []
