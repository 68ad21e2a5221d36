"""Budgets hold in every stretch of time, and a key keeps its shard."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from janym.domain import egress
from janym.domain.bot import Environment
from janym.domain.egress import CLAIMS, LAUNCHES, VENUES, Pace
from janym.domain.ids import CredentialId
from tests.fakes.clock import NOON

PACES = [CLAIMS, LAUNCHES, *(limit.pace for limit in VENUES.values())]
LONG_AGO = NOON - timedelta(days=1)


def test_a_key_keeps_its_shard() -> None:
    """DESIGN: each credential leaves through one address."""
    keys = [CredentialId(UUID(int=number * 7919 + 1, version=4)) for number in range(100)]

    assert [egress.shard_of(key, 3) for key in keys] == [egress.shard_of(key, 3) for key in keys]
    assert {egress.shard_of(key, 3) for key in keys} == {0, 1, 2}


def test_paper_has_no_limit() -> None:
    assert egress.limit_of("binance", Environment.PAPER) is None
    assert egress.limit_of("binance", Environment.LIVE) is not None


@pytest.mark.parametrize("exchange", VENUES)
@pytest.mark.parametrize("bots", [1, 2, 10, 50])
def test_bots_that_share_an_address_keep_to_its_limit_together(exchange: str, bots: int) -> None:
    """K-07: even if as many more come while all of them reconnect."""
    limit = VENUES[exchange]
    share = egress.share(limit, bots=bots)

    assert share.period == limit.pace.period
    assert share.connections >= limit.connections_per_bot
    assert bots * share.connections <= limit.pace.limit


def test_a_bot_in_a_crowd_can_still_connect() -> None:
    limit = VENUES["binance"]

    assert egress.share(limit, bots=1000).connections == limit.connections_per_bot


@pytest.mark.parametrize("pace", PACES)
def test_a_burst_is_there_at_first_and_comes_back(pace: Pace) -> None:
    assert pace.available(LONG_AGO, at=NOON) == pace.burst
    spent = pace.after(LONG_AGO, pace.burst, at=NOON)
    assert pace.available(spent, at=NOON) == 0
    assert pace.available(spent, at=NOON + pace.interval) == 1
    assert pace.available(spent, at=NOON + pace.period) <= pace.burst


@given(
    asks=st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 3)), max_size=300),
    pace=st.sampled_from(PACES),
)
def test_no_stretch_of_time_has_more_than_the_limit(
    asks: list[tuple[int, int]], pace: Pace
) -> None:
    """S0-136: what a venue counts per address is never exceeded, whoever asks when."""
    full_at, at = LONG_AGO, NOON
    taken: list[tuple[timedelta, int]] = []
    for wait_ms, units in asks:
        at += timedelta(milliseconds=wait_ms) * (pace.period / timedelta(minutes=5))
        if pace.available(full_at, at=at) >= units:
            full_at = pace.after(full_at, units, at=at)
            taken.append((at - NOON, units))
    for begin, _ in taken:
        within = sum(units for when, units in taken if begin <= when < begin + pace.period)
        assert within <= pace.limit
