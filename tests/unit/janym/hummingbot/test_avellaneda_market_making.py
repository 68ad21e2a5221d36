"""Avellaneda market making's configuration: what is refused, what Hummingbot hears."""

from typing import Any

import pytest

from janym.hummingbot.avellaneda_market_making import AvellanedaMarketMaking
from tests.unit.janym.hummingbot.venue import refused

SEED: dict[str, Any] = {"order_amount": "0.05", "order_refresh_time": "30"}


def rendered(**changes: object) -> dict[str, Any]:
    config = AvellanedaMarketMaking.model_validate({**SEED, **changes})
    return config.render(exchange="binance", trading_pair="ETH-USDT")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"order_amount": "0.00001"}, "order_amount"),
        ({"order_amount": "0.05001"}, "order_amount"),
        ({"order_amount": "0.0024"}, "order_amount"),
        ({"order_amount": "0.0025", "min_spread": "0.02"}, "order_amount"),
        ({"order_amount": "9001"}, "order_amount"),
        ({"order_refresh_time": 0}, "order_refresh_time"),
        ({"risk_factor": 0}, "risk_factor"),
        ({"min_spread": 0}, "min_spread"),
        ({"min_spread": "0.000009"}, "min_spread"),
        ({"order_amount_shape_factor": "1.1"}, "order_amount_shape_factor"),
        ({"inventory_target_base": "1.1"}, "inventory_target_base"),
        ({"order_levels": 2}, "order_level_distance"),
        ({"order_level_distance": "0.5"}, "order_level_distance"),
        ({"order_levels": 2, "order_level_distance": 0}, "order_level_distance"),
        ({"volatility_samples": 1}, "volatility_samples"),
        ({"volatility_samples": 10_001}, "volatility_samples"),
        ({"trading_intensity_samples": 1}, "trading_intensity_samples"),
        (
            {"min_spread": "0.2", "hanging_orders_enabled": True, "hanging_orders_cancel": "0.1"},
            "hanging_orders_cancel",
        ),
        ({"execution_timeframe_mode": "infinite"}, "execution_timeframe_mode"),
    ],
)
def test_a_configuration_that_cannot_trade_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    """K-29: Hummingbot would refuse it, or accept it and never trade."""
    assert field in refused(AvellanedaMarketMaking, {**SEED, **changes})


@pytest.mark.parametrize("field", sorted(SEED))
def test_a_required_field_has_no_default(field: str) -> None:
    config = {name: SEED[name] for name in SEED if name != field}

    assert refused(AvellanedaMarketMaking, config) == [field]


@pytest.mark.parametrize(
    "changes", [{}, {"min_spread": "0.00001"}, {"order_levels": 3, "order_level_distance": "0.5"}]
)
def test_what_can_trade_is_taken(changes: dict[str, Any]) -> None:
    assert refused(AvellanedaMarketMaking, {**SEED, **changes}) == []


def test_without_a_price_sizes_are_still_checked() -> None:
    wrong = {**SEED, "order_amount": "0.05001"}

    assert refused(AvellanedaMarketMaking, wrong, None) == ["order_amount"]


def test_hummingbot_hears_percent() -> None:
    """K-29: 0.001 of ours is 0.1 of Hummingbot's."""
    config = rendered(
        min_spread="0.001", order_refresh_tolerance="0.002", inventory_target_base="0.4"
    )

    assert config["min_spread"] == "0.1"
    assert config["order_refresh_tolerance_pct"] == "0.2"
    assert config["inventory_target_base_pct"] == "40"


def test_hummingbot_hears_which_modes_are_on() -> None:
    config = rendered(
        order_levels=3,
        order_level_distance="0.5",
        hanging_orders_enabled=True,
        hanging_orders_cancel="0.05",
    )

    assert config["order_levels_mode"] == {"order_levels": 3, "level_distances": "50"}
    assert config["hanging_orders_mode"] == {"hanging_orders_cancel_pct": "5"}


def test_hummingbot_hears_which_modes_are_off() -> None:
    config = rendered()

    assert config["min_spread"] == "0"
    assert config["order_levels_mode"] == config["hanging_orders_mode"] == {}
    assert config["execution_timeframe_mode"] == {}
