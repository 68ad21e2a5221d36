"""Hummingbot's V1 strategy `avellaneda_market_making`: our fractions become its percent.

Source of names and units: `avellaneda_market_making_config_map_pydantic.py` of version 20260922.
Its `min_spread` is percent of the mid price between bid and ask, half of it on each side; its
`level_distances` is percent of half the optimal spread.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import Field, StrictBool

from janym.domain.errors import FieldError
from janym.domain.instrument import Instrument
from janym.domain.money import plain
from janym.hummingbot.configuration import (
    Configuration,
    misfits,
    percent,
    too_little,
    within_a_tick,
)
from janym.hummingbot.numbers import (
    Amount,
    Delay,
    Levels,
    Multiple,
    Period,
    Ratio,
    Samples,
    Share,
    Tolerance,
)


class AvellanedaMarketMaking(Configuration):
    """One bid and one ask around a price that leans against the inventory; the spread is measured.

    Nothing is quoted before both buffers are full: a sample a second, and only while it trades.
    """

    kind = "v1"
    refused_when = (
        "`order_amount` does not fit the venue's step and limits",
        "the bid is worth less than the venue's least notional",
        "half of `min_spread` is less than one tick at the price",
        "`order_level_distance` is missing with more than one level, or given with one",
        "`hanging_orders_enabled` and `hanging_orders_cancel` is not above half of `min_spread`",
    )

    order_amount: Amount = Field(description="Size of each order.")
    order_refresh_time: Period = Field(
        description="Age at which orders are replaced.", examples=["30"]
    )
    risk_factor: Multiple = Field(
        default=Decimal(1), description="How strongly the price leans against the inventory."
    )
    min_spread: Ratio | None = Field(
        default=None, description="Least distance of bid and ask, half of it on each side."
    )
    order_amount_shape_factor: Share = Field(
        default=Decimal(0), description="How fast orders shrink that lead off the wanted inventory."
    )
    inventory_target_base: Share = Field(
        default=Decimal("0.5"), description="Part of the inventory's worth to hold in base."
    )
    order_levels: Levels = Field(default=1, description="Orders on each side.")
    order_level_distance: Multiple | None = Field(
        default=None, description="Distance of levels, in halves of the measured spread."
    )
    order_refresh_tolerance: Tolerance = Field(
        default=Decimal(0), description="Orders off by no more than this stay where they are."
    )
    max_order_age: Period = Field(
        default=Decimal(1800), description="Age at which an order is replaced in any case."
    )
    filled_order_delay: Delay = Field(
        default=Decimal(60), description="Pause after a fill before the next order."
    )
    volatility_samples: Samples = Field(
        default=200, description="Observations that the volatility is measured from."
    )
    trading_intensity_samples: Samples = Field(
        default=200, description="Observations that the market's liquidity is measured from."
    )
    hanging_orders_enabled: StrictBool = Field(
        default=False, description="Whether the other side's order stays when one is filled."
    )
    hanging_orders_cancel: Ratio = Field(
        default=Decimal("0.1"), description="Distance at which a hanging order is cancelled."
    )
    order_optimization_enabled: StrictBool = Field(
        default=True, description="Whether orders better than the best in the book move next to it."
    )
    add_transaction_costs: StrictBool = Field(
        default=False, description="Whether prices are widened by the venue's fee."
    )

    @property
    def _nearest(self) -> Decimal:
        return Decimal(0) if self.min_spread is None else self.min_spread / 2

    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""
        if (self.order_levels > 1) != (self.order_level_distance is not None):
            reason = "must be given for more than one level, and only then"
            yield FieldError(field="order_level_distance", reason=reason)
        if self.hanging_orders_enabled and self.hanging_orders_cancel <= self._nearest:
            yield FieldError(
                field="hanging_orders_cancel",
                reason=f"must be above half of min_spread, {plain(self._nearest)}: "
                "hanging orders would be cancelled at once",
            )

    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why quotes would not rest on this instrument at this price (quote per base)."""
        yield from misfits("order_amount", self.order_amount, instrument)
        if price is None:
            return
        if self.min_spread is not None:
            yield from within_a_tick("min_spread", self._nearest, price, instrument)
        bid = price * (1 - self._nearest)
        yield from too_little("order_amount", self.order_amount, bid, instrument)

    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of Hummingbot's map, in its names and units."""
        return {
            "strategy": "avellaneda_market_making",
            "exchange": exchange,
            "market": trading_pair,
            "execution_timeframe_mode": {},
            "order_amount": plain(self.order_amount),
            "order_optimization_enabled": self.order_optimization_enabled,
            "risk_factor": plain(self.risk_factor),
            "order_amount_shape_factor": plain(self.order_amount_shape_factor),
            "min_spread": "0" if self.min_spread is None else percent(self.min_spread),
            "order_refresh_time": plain(self.order_refresh_time),
            "max_order_age": plain(self.max_order_age),
            "order_refresh_tolerance_pct": percent(self.order_refresh_tolerance),
            "filled_order_delay": plain(self.filled_order_delay),
            "inventory_target_base_pct": percent(self.inventory_target_base),
            "add_transaction_costs": self.add_transaction_costs,
            "volatility_buffer_size": self.volatility_samples,
            "trading_intensity_buffer_size": self.trading_intensity_samples,
            "order_levels_mode": self._levels_mode(),
            "order_override": None,
            "hanging_orders_mode": {
                "hanging_orders_cancel_pct": percent(self.hanging_orders_cancel)
            }
            if self.hanging_orders_enabled
            else {},
            "should_wait_order_cancel_confirmation": True,
        }

    def _levels_mode(self) -> dict[str, Any]:
        if self.order_level_distance is None:
            return {}
        return {
            "order_levels": self.order_levels,
            "level_distances": percent(self.order_level_distance),
        }
