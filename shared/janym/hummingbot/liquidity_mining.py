"""Hummingbot's V1 strategy `liquidity_mining` on one pair: our fractions become its percent.

Source of names and units: `hummingbot/strategy/liquidity_mining/liquidity_mining_config_map.py`
of version 20260922. It takes amounts in the units of one `token`; ours is always the base asset.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

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
from janym.hummingbot.numbers import Amount, Multiple, Period, Ratio, Tolerance

NO_MOST_SPREAD = "-1"
KEPT_FOR_FEES = Decimal("0.002")
"""Hummingbot buys less than it is told by its own idea of the venue's fee, at most this part."""

Interval = Annotated[int, Field(strict=True, ge=2, le=86400, json_schema_extra={"unit": "seconds"})]
Intervals = Annotated[
    int, Field(strict=True, ge=2, le=1000, json_schema_extra={"unit": "intervals"})
]


class LiquidityMining(Configuration):
    """One bid and one ask whose spread widens with the volatility."""

    kind = "v1"
    refused_when = (
        "`order_amount` does not fit the venue's step and limits",
        "the bid, less 0.2 % kept for fees, is worth less than the venue's least notional",
        "`spread` is less than one tick at the price",
        "`max_spread` is below `spread`",
    )

    spread: Ratio = Field(
        description="How far from the mid price both orders rest at least.", examples=["0.002"]
    )
    order_amount: Amount = Field(description="Size of each order.")
    order_refresh_time: Period = Field(
        default=Decimal(10), description="How often the orders are looked at anew."
    )
    order_refresh_tolerance: Tolerance = Field(
        default=Decimal("0.002"), description="Orders off by no more than this stay where they are."
    )
    max_order_age: Period = Field(
        default=Decimal(3600), description="Age at which an order is replaced in any case."
    )
    inventory_skew_enabled: StrictBool = Field(
        default=False, description="Whether order sizes lean towards the wanted inventory."
    )
    inventory_target_base: Ratio = Field(
        default=Decimal("0.5"), description="Part of the inventory's worth to hold in base."
    )
    inventory_range_multiplier: Multiple = Field(
        default=Decimal(1), description="Tolerated inventory range, in total order sizes."
    )
    volatility_interval: Interval = Field(
        default=300, description="Length of one interval of which the price range is taken."
    )
    volatility_periods: Intervals = Field(
        default=10, description="Intervals whose ranges are averaged to the volatility."
    )
    volatility_multiplier: Multiple = Field(
        default=Decimal(1), description="Volatility times this is the spread, where it is wider."
    )
    max_spread: Ratio | None = Field(
        default=None, description="Widest spread, however volatile the market."
    )

    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""
        if self.max_spread is not None and self.max_spread < self.spread:
            yield FieldError(
                field="max_spread", reason=f"must not be below the spread, {plain(self.spread)}"
            )

    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why quotes would not rest on this instrument at this price (quote per base)."""
        yield from misfits("order_amount", self.order_amount, instrument)
        bought = self.order_amount * (1 - KEPT_FOR_FEES) - instrument.step_size
        if bought < instrument.min_quantity:
            reason = "is below the venue's least, once what Hummingbot keeps for fees is taken off"
            yield FieldError(field="order_amount", reason=reason)
        if price is not None:
            yield from within_a_tick("spread", self.spread, price, instrument)
            yield from too_little("order_amount", bought, price * (1 - self.spread), instrument)

    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of Hummingbot's map, in its names and units."""
        base, _, _ = trading_pair.partition("-")
        return {
            "strategy": "liquidity_mining",
            "exchange": exchange,
            "markets": trading_pair,
            "token": base,
            "order_amount": plain(self.order_amount),
            "spread": percent(self.spread),
            "inventory_skew_enabled": self.inventory_skew_enabled,
            "target_base_pct": percent(self.inventory_target_base),
            "order_refresh_time": plain(self.order_refresh_time),
            "order_refresh_tolerance_pct": percent(self.order_refresh_tolerance),
            "inventory_range_multiplier": plain(self.inventory_range_multiplier),
            "volatility_interval": self.volatility_interval,
            "avg_volatility_period": self.volatility_periods,
            "volatility_to_spread_multiplier": plain(self.volatility_multiplier),
            "max_spread": NO_MOST_SPREAD if self.max_spread is None else percent(self.max_spread),
            "max_order_age": plain(self.max_order_age),
        }
