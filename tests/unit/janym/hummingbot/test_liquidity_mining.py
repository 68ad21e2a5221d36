"""Liquidity mining's configuration: what is refused, what Hummingbot hears."""

from decimal import Decimal
from typing import Any

import pytest

from janym.hummingbot.liquidity_mining import LiquidityMining
from tests.unit.janym.hummingbot.venue import refused

SEED: dict[str, Any] = {"spread": "0.001", "order_amount": "0.05"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"spread": 0}, "spread"),
        ({"spread": 1}, "spread"),
        ({"spread": "0.000001"}, "spread"),
        ({"order_amount": "0.00001"}, "order_amount"),
        ({"order_amount": "0.05001"}, "order_amount"),
        ({"order_amount": "0.0025"}, "order_amount"),
        ({"order_amount": "0.0026"}, "order_amount"),
        ({"order_amount": "0.0001"}, "order_amount"),
        ({"order_amount": "9001"}, "order_amount"),
        ({"max_spread": "0.0009"}, "max_spread"),
        ({"inventory_target_base": 0}, "inventory_target_base"),
        ({"inventory_target_base": 1}, "inventory_target_base"),
        ({"inventory_range_multiplier": 0}, "inventory_range_multiplier"),
        ({"volatility_interval": 1}, "volatility_interval"),
        ({"volatility_periods": 1}, "volatility_periods"),
        ({"volatility_periods": "10"}, "volatility_periods"),
        ({"order_refresh_tolerance": "0.2"}, "order_refresh_tolerance"),
        ({"order_refresh_time": "0.5"}, "order_refresh_time"),
        ({"token": "ETH"}, "token"),
    ],
)
def test_a_configuration_that_cannot_trade_is_refused_by_field(
    changes: dict[str, Any], field: str
) -> None:
    """K-29: Hummingbot would refuse it, or accept it and never trade."""
    assert field in refused(LiquidityMining, {**SEED, **changes})


@pytest.mark.parametrize("field", sorted(SEED))
def test_a_required_field_has_no_default(field: str) -> None:
    config = {name: SEED[name] for name in SEED if name != field}

    assert refused(LiquidityMining, config) == [field]


def test_what_can_trade_is_taken() -> None:
    assert refused(LiquidityMining, {**SEED, "max_spread": "0.001"}) == []


def test_without_a_price_sizes_are_still_checked() -> None:
    assert refused(LiquidityMining, {**SEED, "order_amount": "0.05001"}, None) == ["order_amount"]


def test_hummingbot_hears_percent_and_amounts_in_base() -> None:
    """K-29: 0.001 of ours is 0.1 of Hummingbot's."""
    config = LiquidityMining.model_validate(
        {
            **SEED,
            "order_refresh_tolerance": "0.0005",
            "inventory_target_base": "0.4",
            "max_spread": "0.02",
        }
    ).render(exchange="binance", trading_pair="ETH-USDT")

    assert (config["markets"], config["token"], config["order_amount"]) == (
        "ETH-USDT",
        "ETH",
        "0.05",
    )
    assert config["spread"] == "0.1"
    assert config["order_refresh_tolerance_pct"] == "0.05"
    assert config["target_base_pct"] == "40"
    assert config["max_spread"] == "2"


def test_hummingbot_hears_what_switches_the_widest_spread_off() -> None:
    config = LiquidityMining.model_validate(SEED)

    assert config.render(exchange="binance", trading_pair="ETH-USDT")["max_spread"] == "-1"


def test_the_default_tolerance_is_hummingbots() -> None:
    assert LiquidityMining.model_validate(SEED).order_refresh_tolerance == Decimal("0.002")
