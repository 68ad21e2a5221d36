"""Our configurations and fees, as the installed Hummingbot understands them (K-29)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from janym.hummingbot import strategies
from janym.hummingbot.avellaneda_market_making import AvellanedaMarketMaking
from janym.hummingbot.configuration import Configuration
from janym.hummingbot.grid import Grid
from janym.hummingbot.liquidity_mining import LiquidityMining
from tests.integration.engine.probe import answers

CONFIG: dict[str, Any] = {
    "bid_spread": "0.001",
    "ask_spread": "0.002",
    "order_amount": "0.05",
    "order_refresh_time": "30",
    "order_levels": 2,
    "order_level_spread": "0.0005",
    "order_refresh_tolerance": "0.0001",
    "filled_order_delay": "5",
}
LIQUIDITY_MINING = LiquidityMining.model_validate(
    {
        "spread": "0.001",
        "order_amount": "0.05",
        "order_refresh_tolerance": "0.0005",
        "inventory_target_base": "0.4",
        "max_spread": "0.02",
    }
)
AVELLANEDA = AvellanedaMarketMaking.model_validate(
    {
        "order_amount": "0.05",
        "order_refresh_time": "30",
        "min_spread": "0.001",
        "order_refresh_tolerance": "0.002",
        "inventory_target_base": "0.4",
        "order_levels": 3,
        "order_level_distance": "0.5",
        "hanging_orders_enabled": True,
        "hanging_orders_cancel": "0.05",
    }
)
GRID = Grid.model_validate(
    {
        "direction": "long",
        "order_amount": "0.05",
        "starting_base": "10",
        "anchor_start": "1900",
        "anchor_end": "2100",
        "ratios": ["0", "0.236", "1"],
    }
)
V1_ONLY = {"minimum_spread": "0.0004", "inventory_target_base": "0.4"}


def rendered(strategy_type: str, **changes: object) -> dict[str, Any]:
    config = strategies.parse(strategy_type, {**CONFIG, **changes})
    return strategies.render(strategy_type, config, exchange="binance", trading_pair="ETH-USDT")


def spoiled(strategy_type: str, **changes: object) -> dict[str, Any]:
    engine = rendered(strategy_type)
    return {"ask": "engine", **engine, "config": {**engine["config"], **changes}}


def heard(config: Configuration, strategy: str) -> dict[str, Any]:
    body = config.render(exchange="binance", trading_pair="ETH-USDT")
    return {"ask": "engine", "kind": config.kind, "strategy": strategy, "config": body}


def wrongly(config: Configuration, strategy: str, **changes: object) -> dict[str, Any]:
    engine = heard(config, strategy)
    return {**engine, "config": {**engine["config"], **changes}}


def fee(side: str, kind: str, percent: str, **more: object) -> dict[str, Any]:
    return {"ask": "fees", "side": side, "fee": kind, "percent": percent, **more}


WRONG = {
    "a spread of 100 %": (spoiled("pure_market_making", bid_spread="100"), "bid_spread"),
    "levels in words": (spoiled("pure_market_making", order_levels="many"), "order_levels"),
    "an unknown V1 field": (spoiled("pure_market_making", surprise="1"), "surprise"),
    "a spread above 1": (spoiled("pmm", buy_spreads=["0.001", "1.5"]), "spread is a fraction"),
    "levels that differ": (spoiled("pmm", buy_spreads=["0.001"]), "one spread and one amount"),
    "an unknown V2 field": (spoiled("pmm", surprise="1"), "surprise"),
    "grid levels that cross": (
        wrongly(GRID, "grid", level_prices=["2000", "1990"]),
        "levels cross",
    ),
    "an unknown field of a grid": (wrongly(GRID, "grid", surprise="1"), "surprise"),
    "an unknown field of Avellaneda's": (
        wrongly(AVELLANEDA, "avellaneda_market_making", surprise="1"),
        "surprise",
    ),
    "a shape that Avellaneda's class refuses": (
        wrongly(AVELLANEDA, "avellaneda_market_making", order_amount_shape_factor="2"),
        "order_amount_shape_factor",
    ),
    "another Hummingbot": ({"ask": "version", "version": "20990101"}, "20990101 is not one of"),
}
FLAT = [["BNB", "0.0001"]]
FEES = {
    "flat": (fee("BUY", "DeductedFromReturnsTradeFee", "0", flat=FLAT), [["BNB", "0.0001"]]),
    "of what a buy receives": (
        fee("BUY", "DeductedFromReturnsTradeFee", "0.001"),
        [["ETH", "0.00005"]],
    ),
    "of what a sell receives": (
        fee("SELL", "DeductedFromReturnsTradeFee", "0.001"),
        [["USDT", "0.1"]],
    ),
    "on top of a buy": (fee("BUY", "AddedToCostTradeFee", "0.001"), [["USDT", "0.1"]]),
    "in a third asset": (
        fee("BUY", "DeductedFromReturnsTradeFee", "0.001", token="BNB"),
        [["USDT", "0.1"]],
    ),
    "both": (
        fee("SELL", "DeductedFromReturnsTradeFee", "0.001", flat=FLAT),
        [["BNB", "0.0001"], ["USDT", "0.1"]],
    ),
    "a rebate": (fee("SELL", "DeductedFromReturnsTradeFee", "-0.0001"), [["USDT", "-0.01"]]),
}
ASKED: Mapping[str, Mapping[str, Any]] = {
    "v1": {"ask": "engine", **rendered("pure_market_making", **V1_ONLY)},
    "v2": {"ask": "engine", **rendered("pmm")},
    "liquidity mining": heard(LIQUIDITY_MINING, "liquidity_mining"),
    "avellaneda": heard(AVELLANEDA, "avellaneda_market_making"),
    "grid": heard(GRID, "grid"),
    **{name: asked for name, (asked, _) in (WRONG | FEES).items()},
}


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Hummingbot answered to everything in ASKED, from one process."""
    return answers(ASKED, tmp_path_factory.mktemp("probe"))


@pytest.mark.parametrize(
    ("field", "percent"),
    [
        ("bid_spread", "0.1"),
        ("ask_spread", "0.2"),
        ("order_level_spread", "0.05"),
        ("minimum_spread", "0.04"),
        ("order_refresh_tolerance_pct", "0.01"),
        ("inventory_target_base_pct", "40"),
        ("hanging_orders_cancel_pct", "10"),
    ],
)
def test_pure_market_making_understands_percent(
    understood: dict[str, Any], field: str, percent: str
) -> None:
    """K-29: every key exists, passes Hummingbot's own validator, and 0.001 is 0.1 percent."""
    assert Decimal(understood["v1"][field]) == Decimal(percent)


def test_pure_market_making_has_a_value_for_everything_it_needs(
    understood: dict[str, Any],
) -> None:
    unset = {name for name, value in understood["v1"].items() if value is None}

    assert unset == {
        "price_source_exchange",
        "price_source_market",
        "take_if_crossed",
        "price_source_custom_api",
        "order_override",
        "bid_order_level_spreads",
        "ask_order_level_spreads",
        "bid_order_level_amounts",
        "ask_order_level_amounts",
    }


def test_pure_market_making_keeps_amounts_and_times(understood: dict[str, Any]) -> None:
    config = understood["v1"]

    assert Decimal(config["order_amount"]) == Decimal("0.05")
    assert config["order_levels"] == 2
    assert config["order_refresh_time"] == 30
    assert config["filled_order_delay"] == 5


def test_the_controller_understands_fractions(understood: dict[str, Any]) -> None:
    """K-29: our V2 controller's class takes the rendered fields as they are."""
    config = understood["v2"]

    assert [Decimal(each) for each in config["buy_spreads"]] == [
        Decimal("0.001"),
        Decimal("0.0015"),
    ]
    assert [Decimal(each) for each in config["sell_spreads"]] == [
        Decimal("0.002"),
        Decimal("0.0025"),
    ]


@pytest.mark.parametrize(
    ("field", "percent"),
    [
        ("spread", "0.1"),
        ("order_refresh_tolerance_pct", "0.05"),
        ("target_base_pct", "40"),
        ("max_spread", "2"),
    ],
)
def test_liquidity_mining_understands_percent(
    understood: dict[str, Any], field: str, percent: str
) -> None:
    """K-29: every key exists, passes Hummingbot's own validator, and 0.001 is 0.1 percent."""
    assert Decimal(understood["liquidity mining"][field]) == Decimal(percent)


def test_liquidity_mining_has_a_value_for_everything(understood: dict[str, Any]) -> None:
    unset = [name for name, value in understood["liquidity mining"].items() if value is None]

    assert unset == []


@pytest.mark.parametrize(
    ("field", "percent"),
    [
        ("min_spread", "0.1"),
        ("order_refresh_tolerance_pct", "0.2"),
        ("inventory_target_base_pct", "40"),
    ],
)
def test_avellaneda_understands_percent(
    understood: dict[str, Any], field: str, percent: str
) -> None:
    """K-29: every key exists, Hummingbot's own class takes it, and 0.001 is 0.1 percent."""
    assert Decimal(understood["avellaneda"][field]) == Decimal(percent)


def test_avellaneda_understands_its_modes(understood: dict[str, Any]) -> None:
    config = understood["avellaneda"]

    assert config["order_levels_mode"]["order_levels"] == 3
    assert Decimal(config["order_levels_mode"]["level_distances"]) == 50
    assert Decimal(config["hanging_orders_mode"]["hanging_orders_cancel_pct"]) == 5
    assert config["execution_timeframe_mode"] == {}


def test_the_grid_understands_prices(understood: dict[str, Any]) -> None:
    """K-29: our V2 controller's class takes the rendered fields as they are."""
    levels = [Decimal(each) for each in understood["grid"]["level_prices"]]

    assert levels == [Decimal(1900), Decimal("1947.2"), Decimal(2100)]


@pytest.mark.parametrize("case", WRONG)
def test_the_engine_refuses_what_is_wrong(understood: dict[str, Any], case: str) -> None:
    _, named = WRONG[case]

    assert named in understood[case]["refused"]


@pytest.mark.parametrize("case", FEES)
def test_fees_are_told_in_full(understood: dict[str, Any], case: str) -> None:
    _, told = FEES[case]

    assert understood[case] == told
