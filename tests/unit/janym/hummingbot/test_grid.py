"""The grid's configuration: its levels, what is refused, what the controller hears."""

from decimal import Decimal
from typing import Any

import pytest

from janym.hummingbot.grid import Grid
from tests.unit.janym.hummingbot.venue import ETH, PRICE, refused

SEED: dict[str, Any] = {"direction": "long", "order_amount": "0.05", "starting_base": "10"}
PRICES = {**SEED, "level_prices": ["1980", "1990", "2000", "2010"]}
ANCHORS = {**SEED, "anchor_start": "1900", "anchor_end": "2100"}
SHORT = {"direction": "short"}


def grid(config: dict[str, Any], **changes: object) -> Grid:
    return Grid.model_validate({**config, **changes})


def test_levels_are_fibonacci_retracements_where_only_anchors_are_given() -> None:
    """S3-015: levels of a signal's anchors, in exact decimals."""
    levels = grid(ANCHORS).levels()

    assert levels == [
        Decimal(1900),
        Decimal("1947.2"),
        Decimal("1976.4"),
        Decimal(2000),
        Decimal("2023.6"),
        Decimal("2057.2"),
        Decimal(2100),
    ]


def test_a_falling_move_makes_the_same_levels_from_its_other_end() -> None:
    falling = grid(ANCHORS, anchor_start="2100", anchor_end="1900", ratios=["0", "0.236", "1"])

    assert falling.levels() == [Decimal(1900), Decimal("2052.8"), Decimal(2100)]


def test_ratios_beyond_the_anchors_are_extensions() -> None:
    extended = grid(ANCHORS, ratios=["-0.272", "0", "1", "1.618"])

    assert extended.levels() == [
        Decimal("1845.6"),
        Decimal(1900),
        Decimal(2100),
        Decimal("2223.6"),
    ]


@pytest.mark.parametrize(
    ("config", "changes", "field"),
    [
        (SEED, {}, "level_prices"),
        (PRICES, {"anchor_start": "1900"}, "anchor_start"),
        (PRICES, {"anchor_end": "1900"}, "anchor_end"),
        (ANCHORS, {"anchor_end": None}, "anchor_end"),
        (ANCHORS, {"anchor_start": None}, "anchor_start"),
        (ANCHORS, {"anchor_end": "1900"}, "anchor_end"),
        (PRICES, {"level_prices": []}, "level_prices"),
        (PRICES, {"level_prices": ["1990"]}, "level_prices"),
        (PRICES, {"level_prices": ["1990", "1980"]}, "level_prices"),
        (PRICES, {"level_prices": ["1990", "1990"]}, "level_prices"),
        (PRICES, {"level_prices": ["1990", "0"]}, "level_prices"),
        (PRICES, {"level_prices": ["1990", "1990.005"]}, "level_prices"),
        (PRICES, {"level_prices": [str(1000 + i) for i in range(101)]}, "level_prices"),
        (ANCHORS, {"ratios": ["0.5"]}, "ratios"),
        (ANCHORS, {"ratios": ["0", "0"]}, "ratios"),
        (ANCHORS, {"ratios": ["0", "0.00001"]}, "ratios"),
        (ANCHORS, {"ratios": ["-9.6", "0"]}, "ratios"),
        (ANCHORS, {"ratios": ["0", "11"]}, "ratios"),
        (PRICES, {"order_amount": "0"}, "order_amount"),
        (PRICES, {"order_amount": "0.00001"}, "order_amount"),
        (PRICES, {"order_amount": "0.05001"}, "order_amount"),
        (PRICES, {"order_amount": "0.0025"}, "order_amount"),
        (PRICES, {"order_amount": "9001"}, "order_amount"),
        (PRICES, {"starting_base": "-1"}, "starting_base"),
        (PRICES, {"direction": "both"}, "direction"),
        (PRICES, {"max_open_orders": 0}, "max_open_orders"),
        (PRICES, {"max_open_orders": "5"}, "max_open_orders"),
        (PRICES, {"price_ceiling": "1970"}, "price_ceiling"),
        (PRICES, {"price_ceiling": "2000"}, "price_ceiling"),
        (PRICES, {"price_floor": "2000"}, "price_floor"),
        (PRICES, {**SHORT, "price_floor": "2010"}, "price_floor"),
        (PRICES, {"price_ceiling": "2100", "price_floor": "2100"}, "price_ceiling"),
        (PRICES, {"level_prices": ["2000", "2010"]}, "level_prices"),
        (ANCHORS, {"anchor_start": "2000"}, "ratios"),
        (PRICES, {**SHORT, "level_prices": ["1990", "2000"]}, "level_prices"),
        (PRICES, {"surprise": 1}, "surprise"),
    ],
)
def test_a_grid_that_cannot_trade_is_refused_by_field(
    config: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    """K-29: Hummingbot or the venue would refuse it, or nothing would ever rest."""
    assert field in refused(Grid, {**config, **changes})


@pytest.mark.parametrize("field", sorted(SEED))
def test_a_required_field_has_no_default(field: str) -> None:
    assert refused(Grid, {name: PRICES[name] for name in PRICES if name != field}) == [field]


@pytest.mark.parametrize("changes", [{}, SHORT, {"price_floor": "1900", "price_ceiling": "2100"}])
@pytest.mark.parametrize("config", [PRICES, ANCHORS])
def test_a_grid_around_the_price_is_taken(config: dict[str, Any], changes: dict[str, Any]) -> None:
    assert refused(Grid, {**config, **changes}) == []


def test_a_long_grid_below_the_price_is_taken() -> None:
    """Its bids rest and wait."""
    assert refused(Grid, PRICES, Decimal(2500)) == []


def test_a_short_grid_above_the_price_is_taken() -> None:
    assert refused(Grid, {**PRICES, **SHORT}, Decimal(1500)) == []


def test_the_least_worth_is_asked_of_the_lowest_level() -> None:
    small = {**PRICES, "order_amount": "0.0026", "level_prices": ["1900", "2100"]}

    assert refused(Grid, small) == ["order_amount"]
    assert refused(Grid, {**small, "level_prices": ["1950", "2100"]}) == []


def test_without_a_price_sizes_are_still_checked() -> None:
    assert refused(Grid, {**PRICES, "order_amount": "0.05001"}, None) == ["order_amount"]


def test_the_controller_hears_prices_and_base_units() -> None:
    """K-29: ratios become quote prices; amounts stay base units."""
    config = grid(ANCHORS, ratios=["0", "0.382", "1"], price_floor="1800", max_open_orders=3)

    assert config.render(exchange="binance", trading_pair="ETH-USDT") == {
        "id": "grid",
        "connector_name": "binance",
        "trading_pair": "ETH-USDT",
        "direction": "long",
        "level_prices": ["1900", "1976.4", "2100"],
        "order_amount": "0.05",
        "starting_base": "10",
        "max_open_orders": 3,
        "price_ceiling": None,
        "price_floor": "1800",
    }


def test_a_refusal_names_the_worth_and_the_price() -> None:
    (error,) = grid(PRICES, order_amount="0.0025").obstacles(ETH, PRICE)

    assert error.reason == "an order at 1980 is worth 4.95 USDT; the venue's least is 5"
