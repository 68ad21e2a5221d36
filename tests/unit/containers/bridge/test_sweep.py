"""Orders that must not stay, and fills that nobody told (K-30a)."""

from datetime import timedelta

import pytest

from containers.bridge.sweep import ROUNDS, Sweeper
from janym.domain.credential import ExchangeKey
from janym.domain.errors import OutcomeUnknown
from tests.unit.containers.bridge.conftest import NOON
from tests.unit.containers.bridge.venue import PAIR, MemoryVenue, order, trade

OURS, LATER, OTHER = "jnabc12311x", "jnabc12342y", "jnzzzzzz11x"


def sweeper(venue: MemoryVenue) -> Sweeper:
    return Sweeper(
        venue=venue,
        key=ExchangeKey(api_key="key", api_secret="secret"),
        pair=PAIR,
        tag="abc123",
        since=NOON,
        pause=lambda _seconds: None,
    )


def test_orders_of_the_tag_are_cancelled_and_no_others() -> None:
    venue = MemoryVenue(open=[order(OURS), order(OTHER), order(LATER)])

    swept = sweeper(venue).sweep(cancel=True)

    assert [each.client_order_id for each in venue.open] == [OTHER]
    assert {each.client_order_id for each in swept.cancelled} == {OURS, LATER}
    assert swept.left == ()


def test_it_looks_again_until_none_is_left() -> None:
    venue = MemoryVenue(open=[order(OURS)], stubborn={OURS: 2})

    swept = sweeper(venue).sweep(cancel=True)

    assert venue.cancels == [OURS] * 3
    assert swept.left == ()


def test_it_gives_up_and_names_what_is_left() -> None:
    venue = MemoryVenue(open=[order(OURS)], stubborn={OURS: 99})

    swept = sweeper(venue).sweep(cancel=True)

    assert len(venue.cancels) == ROUNDS
    assert swept.cancelled == ()
    assert [each.client_order_id for each in swept.left] == [OURS]


def test_orders_can_be_kept() -> None:
    venue = MemoryVenue(open=[order(OURS)])

    swept = sweeper(venue).sweep(cancel=False)

    assert venue.cancels == []
    assert [each.client_order_id for each in swept.left] == [OURS]


def test_fills_are_those_of_the_tags_orders_since_the_session_began() -> None:
    venue = MemoryVenue(
        past=[order(OURS), order(OTHER)], executions=[trade("1", OURS), trade("2", OTHER)]
    )

    swept = sweeper(venue).sweep(cancel=True)

    assert [(each.trade.trade_id, each.client_order_id) for each in swept.executions] == [
        ("1", OURS)
    ]
    assert venue.asked_since == NOON - timedelta(minutes=1)


def test_a_fill_of_an_order_that_an_earlier_session_left_open_is_found() -> None:
    venue = MemoryVenue(open=[order(OURS)])
    patient = sweeper(venue)
    patient.sweep(cancel=False)
    venue.open, venue.executions = [], [trade("1", OURS)]

    assert len(patient.sweep(cancel=True).executions) == 1


def test_a_venue_that_is_away_is_not_taken_for_an_empty_one() -> None:
    with pytest.raises(OutcomeUnknown):
        sweeper(MemoryVenue(trouble=OutcomeUnknown("away"))).sweep(cancel=True)
