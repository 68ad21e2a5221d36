"""Which exchanges are offered where, and at which addresses."""

from datetime import UTC, datetime

import pytest

from janym.domain.bot import Environment
from janym.domain.errors import InvalidInput
from janym.live import venues
from janym.live.venues import Venues

ADDRESSES = {"rest": "http://127.0.0.1:1", "stream": "ws://x", "ws_api": "ws://y"}


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("exchange", ["binance", "bybit"])
def test_the_registry_finds_the_venue_where_it_was_told(exchange: str) -> None:
    found = Venues({(exchange, Environment.PAPER): ADDRESSES}, Clock())

    assert (exchange, Environment.PAPER) in found.offered()
    assert found.get(exchange, Environment.PAPER) is found.get(exchange, Environment.PAPER)
    assert found.addresses(exchange, Environment.PAPER) == ADDRESSES


def test_a_connector_keeps_its_own_addresses_for_live_alone() -> None:
    """K-33: bots on Bybit's testnet run at the testnet, not with real money."""
    found = Venues({}, Clock())

    assert found.addresses("binance", Environment.LIVE) is None
    assert found.addresses("bybit", Environment.LIVE) is None
    testnet = found.addresses("bybit", Environment.TESTNET)
    assert testnet is not None
    assert all("testnet" in address for address in testnet.values())


def test_demo_is_not_offered_to_bots() -> None:
    """K-15, K-33."""
    assert Venues({}, Clock()).offered() == [
        ("binance", Environment.LIVE),
        ("bybit", Environment.LIVE),
        ("bybit", Environment.TESTNET),
    ]


def test_an_exchange_without_signed_calls_is_not_offered_wherever_it_answers() -> None:
    found = Venues({("kraken", Environment.PAPER): ADDRESSES}, Clock())

    assert ("kraken", Environment.PAPER) not in found.offered()


@pytest.mark.parametrize(
    ("exchange", "environment", "field"),
    [
        ("kraken", Environment.LIVE, "exchange"),
        ("binance", Environment.DEMO, "environment"),
        ("bybit", Environment.DEMO, "environment"),
    ],
)
def test_a_venue_without_signed_calls_is_refused(
    exchange: str, environment: Environment, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        venues.at(exchange, environment, None, Clock())

    assert [error.field for error in refused.value.errors] == [field]
