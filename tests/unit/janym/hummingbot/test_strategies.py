"""Configurations: what is refused, what is filled in, what Hummingbot hears."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from janym.domain.errors import InvalidInput
from janym.hummingbot import strategies
from tests.unit.janym.hummingbot.venue import ETH, PRICE

SEED: dict[str, Any] = {
    "bid_spread": 0.001,
    "ask_spread": 0.002,
    "order_amount": "0.05",
    "order_refresh_time": 30,
}
TYPES = ("pmm", "pure_market_making")


def refusals(strategy_type: str, **changes: object) -> list[str]:
    """The fields that are refused when the seed is changed so."""
    with pytest.raises(InvalidInput) as refused:
        strategies.validate(strategy_type, {**SEED, **changes}, instrument=ETH, price=PRICE)
    return [error.field for error in refused.value.errors]


def rendered(strategy_type: str, **changes: object) -> dict[str, Any]:
    config = strategies.validate(strategy_type, {**SEED, **changes}, instrument=ETH, price=PRICE)
    engine = strategies.render(strategy_type, config, exchange="binance", trading_pair="ETH-USDT")
    return engine["config"]


IMPOSSIBLE: list[tuple[dict[str, object], str]] = [
    ({"bid_spread": 0}, "bid_spread"),
    ({"bid_spread": "1"}, "bid_spread"),
    ({"ask_spread": "-0.001"}, "ask_spread"),
    ({"ask_spread": "NaN"}, "ask_spread"),
    ({"ask_spread": 0.1 + 0.2}, "ask_spread"),
    ({"bid_spread": "0.000001"}, "bid_spread"),
    ({"order_amount": "0"}, "order_amount"),
    ({"order_amount": "0.00001"}, "order_amount"),
    ({"order_amount": "0.05001"}, "order_amount"),
    ({"order_amount": "0.0024"}, "order_amount"),
    ({"order_amount": "9001"}, "order_amount"),
    ({"order_refresh_time": "0.9"}, "order_refresh_time"),
    ({"order_refresh_time": 86401}, "order_refresh_time"),
    ({"filled_order_delay": "3601"}, "filled_order_delay"),
    ({"filled_order_delay": -1}, "filled_order_delay"),
    ({"order_levels": 0}, "order_levels"),
    ({"order_levels": 21}, "order_levels"),
    ({"order_levels": "2"}, "order_levels"),
    ({"order_levels": 2, "order_level_spread": "0.999"}, "order_level_spread"),
    ({"order_levels": 2, "order_level_amount": "0.00005"}, "order_level_amount"),
    ({"order_levels": 3, "order_level_amount": "-0.025"}, "order_level_amount"),
    ({"order_levels": 2, "order_level_amount": "-0.049"}, "order_level_amount"),
    ({"order_levels": 2, "order_level_amount": "9000"}, "order_level_amount"),
    ({"order_refresh_tolerance": "0.2"}, "order_refresh_tolerance"),
    ({"price_ceiling": "1999"}, "price_ceiling"),
    ({"price_floor": "2000"}, "price_floor"),
    ({"price_ceiling": "3000", "price_floor": "3000"}, "price_ceiling"),
    ({"surprise": 1}, "surprise"),
    ({"order_amount": None}, "order_amount"),
]
IMPOSSIBLE_IN_V1: list[tuple[dict[str, object], str]] = [
    ({"minimum_spread": "0.001"}, "minimum_spread"),
    ({"minimum_spread": "0.000999"}, "minimum_spread"),
    ({"inventory_target_base": "1.1"}, "inventory_target_base"),
    ({"hanging_orders_enabled": True, "hanging_orders_cancel": "0.001"}, "hanging_orders_cancel"),
    ({"ping_pong_enabled": "yes"}, "ping_pong_enabled"),
]


@pytest.mark.parametrize("strategy_type", TYPES)
@pytest.mark.parametrize(("changes", "field"), IMPOSSIBLE)
def test_a_configuration_that_cannot_trade_is_refused_by_field(
    strategy_type: str, changes: dict[str, object], field: str
) -> None:
    """K-29: Hummingbot would refuse it, or accept it and never trade."""
    assert f"config.{field}" in refusals(strategy_type, **changes)


@pytest.mark.parametrize(("changes", "field"), IMPOSSIBLE_IN_V1)
def test_what_pure_market_making_alone_can_get_wrong_is_refused(
    changes: dict[str, object], field: str
) -> None:
    assert f"config.{field}" in refusals("pure_market_making", **changes)


@pytest.mark.parametrize("field", sorted(SEED))
def test_a_required_field_has_no_default(field: str) -> None:
    config = {name: value for name, value in SEED.items() if name != field}

    with pytest.raises(InvalidInput) as refused:
        strategies.parse("pmm", config)

    assert [error.field for error in refused.value.errors] == [f"config.{field}"]


def test_every_wrong_field_is_named_at_once() -> None:
    assert refusals("pmm", bid_spread=0, ask_spread=2, surprise=1) == [
        "config.bid_spread",
        "config.ask_spread",
        "config.surprise",
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"surprise": 1}, "is not a field of this strategy"),
        ({"bid_spread": -1}, "must be greater than 0"),
        ({"order_amount": "much"}, "must be a decimal number"),
    ],
    ids=["unknown", "range", "words"],
)
def test_a_refusal_is_said_plainly(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        strategies.parse("pmm", {**SEED, **changes})

    assert [error.reason for error in refused.value.errors] == [reason]


NUMBER_LIKE = st.text(alphabet="0123456789.,eE+-naNif ", max_size=12)
VALUES = st.one_of(st.integers(), st.floats(), st.booleans(), st.none(), NUMBER_LIKE)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@pytest.mark.parametrize("strategy_type", TYPES)
@given(data=st.data())
def test_whatever_is_given_is_taken_or_refused(strategy_type: str, data: st.DataObject) -> None:
    """No value of any field escapes as another error, and what is taken can be told."""
    names = st.sampled_from(sorted(strategies.STRATEGIES[strategy_type].model_fields))
    config = {**SEED, **data.draw(st.dictionaries(names, VALUES, max_size=4))}
    try:
        taken = strategies.validate(strategy_type, config, instrument=ETH, price=PRICE)
    except InvalidInput:
        return
    engine = strategies.render(strategy_type, taken, exchange="binance", trading_pair="ETH-USDT")
    json.dumps(engine, allow_nan=False)


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"strategy_type: must be one of .*pmm"):
        strategies.parse("surprise", SEED)


@pytest.mark.parametrize(
    ("strategy_type", "reason"),
    [
        ("cross_exchange_mining", "needs two exchange connectors; not offered yet"),
        ("cross_exchange_market_making", "needs two exchange connectors; not offered yet"),
        ("arbitrage", "needs two exchange connectors; not offered yet"),
        ("hedge", "needs two exchange connectors; not offered yet"),
        ("perpetual_market_making", "needs a perpetual connector; not offered yet"),
        ("grid_trading", "is offered under the name grid"),
    ],
)
def test_a_strategy_that_is_not_offered_is_refused_with_its_reason(
    strategy_type: str, reason: str
) -> None:
    """S0-004, K-26: known by name, and why it cannot run."""
    with pytest.raises(InvalidInput) as refused:
        strategies.parse(strategy_type, SEED)

    (error,) = refused.value.errors
    assert (error.field, error.reason) == ("strategy_type", reason)


def test_without_a_price_sizes_are_still_checked() -> None:
    with pytest.raises(InvalidInput, match="multiple"):
        strategies.validate("pmm", {**SEED, "order_amount": "0.05001"}, instrument=ETH, price=None)


@pytest.mark.parametrize("strategy_type", TYPES)
def test_what_is_stored_holds_every_default_and_reads_back(strategy_type: str) -> None:
    config = strategies.parse(strategy_type, SEED)

    stored = json.loads(json.dumps(strategies.stored(config)))

    assert set(stored) == set(strategies.STRATEGIES[strategy_type].model_fields)
    assert stored["bid_spread"] == "0.001"
    assert strategies.parse(strategy_type, stored) == config


def test_pure_market_making_hears_percent() -> None:
    """K-29: 0.001 of ours is 0.1 of Hummingbot's."""
    config = rendered(
        "pure_market_making",
        order_levels=2,
        order_level_spread="0.0005",
        minimum_spread="0.0004",
        order_refresh_tolerance="0.002",
        inventory_target_base="0.4",
        hanging_orders_cancel="0.05",
    )

    assert config["bid_spread"] == "0.1"
    assert config["ask_spread"] == "0.2"
    assert config["order_level_spread"] == "0.05"
    assert config["minimum_spread"] == "0.04"
    assert config["order_refresh_tolerance_pct"] == "0.2"
    assert config["inventory_target_base_pct"] == "40"
    assert config["hanging_orders_cancel_pct"] == "5"


def test_pure_market_making_hears_what_switches_a_limit_off() -> None:
    config = rendered("pure_market_making")

    assert (config["price_ceiling"], config["price_floor"]) == ("-1", "-1")
    assert config["minimum_spread"] == "-100"


def test_pmm_hears_fractions_level_by_level() -> None:
    """K-29: our V2 controller takes fractions."""
    config = rendered("pmm", order_levels=3, order_level_spread="0.0005", order_level_amount="0.01")

    assert config["buy_spreads"] == ["0.001", "0.0015", "0.002"]
    assert config["sell_spreads"] == ["0.002", "0.0025", "0.003"]
    assert config["buy_amounts"] == config["sell_amounts"] == ["0.05", "0.06", "0.07"]


@UNHURRIED
@given(st.decimals(min_value="0.0001", max_value="0.9", places=6))
def test_percent_and_fraction_differ_by_exactly_a_hundred(spread: Decimal) -> None:
    config = rendered("pure_market_making", bid_spread=str(spread), ask_spread=str(spread))

    assert Decimal(config["bid_spread"]) == spread * 100


@pytest.mark.parametrize("strategy_type", TYPES)
def test_the_schema_gives_every_number_a_unit(strategy_type: str) -> None:
    schema = strategies.schema(strategy_type)

    numbers = {name: part for name, part in schema["properties"].items() if "decimal" in str(part)}
    assert all("unit" in json.dumps(part) for part in numbers.values())
    assert schema["properties"]["bid_spread"]["unit"] == "fraction"
    assert schema["required"] == sorted(SEED, key=list(schema["properties"]).index)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("strategy_type", TYPES)
def test_the_schema_shows_defaults(strategy_type: str) -> None:
    properties = strategies.schema(strategy_type)["properties"]

    assert properties["order_levels"]["default"] == 1
    assert properties["filled_order_delay"]["default"] == "60"
