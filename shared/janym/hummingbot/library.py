"""Templates that come with the platform: what a bot usually needs beside its own sizes."""

from collections.abc import Mapping, Sequence
from typing import Any

from janym.domain.configuration import Template
from janym.hummingbot import strategies


def _of_library(name: str, description: str, strategy_type: str, **config: Any) -> Template:
    return Template(
        name=name,
        description=description,
        strategy_type=strategy_type,
        config=config,
        own=False,
        updated_at=None,
    )


LIBRARY: Sequence[Template] = (
    _of_library(
        "market-making-tight",
        "One order on each side, 0.1 % from the mid price, replaced every 15 seconds.",
        "pure_market_making",
        bid_spread="0.001",
        ask_spread="0.001",
        order_refresh_time="15",
    ),
    _of_library(
        "market-making-skewed",
        "Orders 0.2 % from the mid price whose sizes lean towards half of the worth in each asset.",
        "pure_market_making",
        bid_spread="0.002",
        ask_spread="0.002",
        order_refresh_time="30",
        inventory_skew_enabled=True,
        inventory_target_base="0.5",
    ),
    _of_library(
        "market-making-ladder",
        "Three levels on each side, 0.1 % to 0.5 % from the mid price.",
        "pmm",
        bid_spread="0.001",
        ask_spread="0.001",
        order_refresh_time="30",
        order_levels=3,
        order_level_spread="0.002",
    ),
    _of_library(
        "avellaneda-calm",
        "Spreads from the market's own volatility, orders replaced every minute.",
        "avellaneda_market_making",
        order_refresh_time="60",
    ),
    _of_library(
        "grid-fibonacci",
        "A long grid on the Fibonacci retracements between two prices that you give.",
        "grid",
        direction="long",
        ratios=["0.236", "0.382", "0.5", "0.618", "0.786"],
    ),
)


def missing(template: Template) -> list[str]:
    """Name the fields that must be given beside the template's own."""
    required = strategies.schema(template.strategy_type).get("required", [])
    return [field for field in required if field not in template.config]


def filled(template: Template, params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the whole configuration; what is given comes before what the template says.

    Raises:
        InvalidInput: it is none that the strategy can run, by field.
    """
    whole = template.config | {name: value for name, value in params.items() if value is not None}
    return strategies.stored(strategies.parse(template.strategy_type, whole))
