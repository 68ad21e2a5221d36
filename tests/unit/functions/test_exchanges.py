"""What a bot can be made of: no more is offered than there is."""

from janym.domain.capability import DATA
from janym.hummingbot import strategies
from janym.live import feeds
from janym.live.venues import KNOWN, PUBLISHED
from tests.fakes.functions import Functions


def test_every_exchange_says_what_is_true_of_it(functions: Functions) -> None:
    """K-27: seven are watched, and bots run where the platform has its own signed calls."""
    seen = {each["exchange"]: each for each in functions.http("GET /api/exchanges").json["items"]}

    assert seen["binance"] == {
        "exchange": "binance",
        "environments": ["paper"],
        "spot": True,
        "futures": False,
        "data": ["futures", "spot"],
        "hummingbot": True,
        "native": False,
        "demo": False,
        "testnet": False,
        "permission_check": True,
    }
    assert len(seen) == 7
    for name in seen.keys() - {"binance"}:
        offered = ("spot", "futures", "hummingbot", "native", "demo", "testnet", "permission_check")
        assert not any(seen[name][what] for what in offered), name
        assert (seen[name]["environments"], len(seen[name]["data"])) == ([], 2)


def test_the_data_that_is_offered_has_a_feed() -> None:
    """What the matrix says of market data is what the feeds' own table holds."""
    markets = {(venue, market) for venue, known in DATA.items() for market in known}

    assert markets == set(feeds.FEEDS)


def test_where_bots_run_there_are_signed_calls() -> None:
    assert {exchange for exchange, _ in PUBLISHED} <= set(KNOWN)
    for calls in KNOWN.values():
        assert callable(calls.permissions)


def test_a_strategy_says_where_it_runs_and_what_its_fields_mean(functions: Functions) -> None:
    """S0-004: from the models that validate."""
    seen = {
        each["strategy_type"]: each for each in functions.http("GET /api/strategies").json["items"]
    }

    assert set(seen) == set(strategies.STRATEGIES)
    for name, strategy in seen.items():
        assert (strategy["engines"], strategy["exchanges"]) == (["hummingbot"], ["binance"])
        assert strategy["description"], name
        assert strategy["config_schema"] == strategies.schema(name)
        for field, told in strategy["config_schema"]["properties"].items():
            kinds = told.get("anyOf", [told])
            numbers = [kind for kind in kinds if kind.get("format") == "decimal"]
            assert all("unit" in kind or "unit" in told for kind in numbers), (name, field)
