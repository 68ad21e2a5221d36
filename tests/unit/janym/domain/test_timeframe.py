"""How a span is divided into steps."""

from datetime import UTC, datetime, timedelta

import pytest

from janym.domain import timeframe
from janym.domain.errors import InvalidInput
from janym.domain.timeframe import Timeframe

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "limit", "step"),
    [
        (timedelta(minutes=5), 100, timedelta(seconds=5)),
        (timedelta(hours=24), 100, timedelta(minutes=15)),
        (timedelta(days=30), 500, timedelta(hours=4)),
        (timedelta(days=365), 500, timedelta(days=1)),
        (timedelta(days=365), 100, timedelta(days=4)),
        (timedelta(days=365), 1, timedelta(days=20_000)),
    ],
)
def test_the_shortest_step_that_fits_is_chosen(
    span: timedelta, limit: int, step: timedelta
) -> None:
    """S0-032: any span answers within the limit."""
    chosen = timeframe.chosen(NOON - span, NOON, limit)

    assert timeframe.count(NOON - span, NOON, chosen) <= limit
    assert chosen <= step


def test_a_timeframe_that_gives_too_many_points_is_refused_by_name() -> None:
    year = NOON - timedelta(days=365)
    with pytest.raises(InvalidInput, match="1h gives 8760 points, the limit is 500"):
        timeframe.fitting(Timeframe.H1, since=year, until=NOON, limit=500)

    day = timeframe.fitting(Timeframe.D1, since=year, until=NOON, limit=500)
    assert day == timedelta(days=1)


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidInput, match="until: must be later than since"):
        timeframe.fitting(None, since=NOON, until=NOON, limit=1)


def test_steps_are_counted_from_the_same_moment_for_everybody() -> None:
    at = NOON + timedelta(seconds=17)

    assert timeframe.floor(at, timedelta(seconds=5)) == NOON + timedelta(seconds=15)
    assert timeframe.count(at, NOON + timedelta(seconds=21), timedelta(seconds=5)) == 2
