"""Our configurations, as the installed Hummingbot understands them (K-29)."""

import json
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.hummingbot import strategies
from tests.integration.engine.worker import ENGINE, ENGINE_PYTHON

PROBE = Path(__file__).with_name("engine_probe.py")
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
V1_ONLY = {"minimum_spread": "0.0004", "inventory_target_base": "0.4"}


def understood(engine: dict[str, Any], work_dir: Path) -> dict[str, Any]:
    """What Hummingbot made of a rendered configuration."""
    done = subprocess.run(
        [ENGINE_PYTHON, "-I", PROBE, ENGINE, work_dir],
        input=json.dumps(engine),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rendered(strategy_type: str, **changes: object) -> dict[str, Any]:
    config = strategies.parse(strategy_type, {**CONFIG, **changes})
    return strategies.render(strategy_type, config, exchange="binance", trading_pair="ETH-USDT")


@pytest.fixture(scope="module")
def v1(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    engine = rendered("pure_market_making", **V1_ONLY)
    return understood(engine, tmp_path_factory.mktemp("v1"))


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
    v1: dict[str, Any], field: str, percent: str
) -> None:
    """K-29: every key exists, passes Hummingbot's own validator, and 0.001 is 0.1 percent."""
    assert Decimal(v1[field]) == Decimal(percent)


def test_pure_market_making_has_a_value_for_everything_it_needs(v1: dict[str, Any]) -> None:
    unset = {name for name, value in v1.items() if value is None}

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


def test_pure_market_making_keeps_amounts_and_times(v1: dict[str, Any]) -> None:
    assert Decimal(v1["order_amount"]) == Decimal("0.05")
    assert v1["order_levels"] == 2
    assert v1["order_refresh_time"] == 30
    assert v1["filled_order_delay"] == 5


def test_the_controller_understands_fractions(tmp_path: Path) -> None:
    """K-29: our V2 controller's class takes the rendered fields as they are."""
    config = understood(rendered("pmm"), tmp_path)

    assert [Decimal(spread) for spread in config["buy_spreads"]] == [
        Decimal("0.001"),
        Decimal("0.0015"),
    ]
    assert [Decimal(spread) for spread in config["sell_spreads"]] == [
        Decimal("0.002"),
        Decimal("0.0025"),
    ]


@pytest.mark.parametrize(
    ("strategy_type", "changes", "named"),
    [
        ("pure_market_making", {"bid_spread": "100"}, "bid_spread"),
        ("pure_market_making", {"order_levels": "many"}, "order_levels"),
        ("pure_market_making", {"surprise": "1"}, "surprise"),
        ("pmm", {"buy_spreads": ["0.001", "1.5"]}, "spread is a fraction"),
        ("pmm", {"surprise": "1"}, "surprise"),
    ],
)
def test_hummingbots_side_refuses_what_is_wrong(
    strategy_type: str, changes: dict[str, Any], named: str, tmp_path: Path
) -> None:
    engine = rendered(strategy_type)
    engine["config"].update(changes)

    assert named in understood(engine, tmp_path)["refused"]
