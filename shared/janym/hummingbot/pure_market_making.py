"""Hummingbot's V1 strategy `pure_market_making`: our fractions become its percent.

Source of names and units: `hummingbot/strategy/pure_market_making/pure_market_making_config_map.py`
of version 20260922, where prompts say "Enter 1 to indicate 1%".
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import Field, StrictBool

from janym.domain.errors import FieldError
from janym.domain.instrument import Instrument
from janym.domain.money import plain
from janym.hummingbot.configuration import percent
from janym.hummingbot.market_making import MarketMaking
from janym.hummingbot.numbers import Depth, Multiple, Period, Ratio, Share

OFF = "-1"  # what Hummingbot takes for "no ceiling" and "no floor"
NO_MINIMUM_SPREAD = "-100"


NOT_OFFERED: dict[str, Any] = {
    "moving_price_band_enabled": False,
    "price_ceiling_pct": "1",
    "price_floor_pct": OFF,
    "price_band_refresh_time": "86400",
    "inventory_price": "1",
    "price_source": "current_market",
    "price_type": "mid_price",
    "price_source_exchange": None,
    "price_source_market": None,
    "take_if_crossed": None,
    "price_source_custom_api": None,
    "custom_api_update_interval": "5",
    "order_override": None,
    "should_wait_order_cancel_confirmation": True,
    "split_order_levels_enabled": False,
    "bid_order_level_spreads": None,
    "ask_order_level_spreads": None,
    "bid_order_level_amounts": None,
    "ask_order_level_amounts": None,
}
"""Fields of Hummingbot that we do not offer, at the values that switch them off."""


class PureMarketMaking(MarketMaking):
    """Market making with inventory skew, hanging orders and ping-pong."""

    kind = "v1"
    refused_when = (
        *MarketMaking.refused_when,
        "`minimum_spread` is not a tick below the nearest spread: every order would be cancelled",
        "`hanging_orders_enabled` and `hanging_orders_cancel` is not above the farthest spread",
    )

    minimum_spread: Ratio | None = Field(
        default=None, description="Orders closer to the mid price than this are cancelled."
    )
    max_order_age: Period = Field(
        default=Decimal(1800), description="Age at which an order is replaced in any case."
    )
    inventory_skew_enabled: StrictBool = Field(
        default=False, description="Whether order sizes lean towards the wanted inventory."
    )
    inventory_target_base: Share = Field(
        default=Decimal("0.5"), description="Part of the inventory's worth to hold in base."
    )
    inventory_range_multiplier: Multiple = Field(
        default=Decimal(1), description="Tolerated inventory range, in total order sizes."
    )
    ping_pong_enabled: StrictBool = Field(
        default=False, description="Whether a filled side waits for the other."
    )
    hanging_orders_enabled: StrictBool = Field(
        default=False, description="Whether the other side's order stays when one is filled."
    )
    hanging_orders_cancel: Ratio = Field(
        default=Decimal("0.1"), description="Distance at which a hanging order is cancelled."
    )
    order_optimization_enabled: StrictBool = Field(
        default=False, description="Whether the first orders move next to the best in the book."
    )
    bid_order_optimization_depth: Depth = Field(
        default=Decimal(0), description="Quantity in the book that is ignored above our bid."
    )
    ask_order_optimization_depth: Depth = Field(
        default=Decimal(0), description="Quantity in the book that is ignored below our ask."
    )
    add_transaction_costs: StrictBool = Field(
        default=False, description="Whether prices are widened by the venue's fee."
    )

    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""
        yield from super().contradictions()
        nearest = min(self.bid_spread, self.ask_spread)
        if self.minimum_spread is not None and self.minimum_spread >= nearest:
            yield FieldError(
                field="minimum_spread",
                reason=f"must be below the nearest spread, {plain(nearest)}: "
                "every order would be cancelled at once",
            )
        farthest = self.spread(max(self.bid_spread, self.ask_spread), self.order_levels - 1)
        if self.hanging_orders_enabled and self.hanging_orders_cancel <= farthest:
            yield FieldError(
                field="hanging_orders_cancel",
                reason=f"must be above the farthest spread, {plain(farthest)}: "
                "hanging orders would be cancelled at once",
            )

    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why quotes would not rest on this instrument at this price (quote per base)."""
        yield from super().obstacles(instrument, price)
        if self.minimum_spread is None or price is None:
            return
        nearest = min(self.bid_spread, self.ask_spread)
        if (nearest - self.minimum_spread) * price < instrument.tick_size:
            yield FieldError(
                field="minimum_spread",
                reason="is within one tick of the nearest spread: rounding would cancel orders",
            )

    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of Hummingbot's map, in its names and units."""
        return {
            "strategy": "pure_market_making",
            "exchange": exchange,
            "market": trading_pair,
            "bid_spread": percent(self.bid_spread),
            "ask_spread": percent(self.ask_spread),
            "minimum_spread": NO_MINIMUM_SPREAD
            if self.minimum_spread is None
            else percent(self.minimum_spread),
            "order_refresh_time": plain(self.order_refresh_time),
            "max_order_age": plain(self.max_order_age),
            "order_refresh_tolerance_pct": percent(self.order_refresh_tolerance),
            "order_amount": plain(self.order_amount),
            "price_ceiling": OFF if self.price_ceiling is None else plain(self.price_ceiling),
            "price_floor": OFF if self.price_floor is None else plain(self.price_floor),
            "ping_pong_enabled": self.ping_pong_enabled,
            "order_levels": self.order_levels,
            "order_level_amount": plain(self.order_level_amount),
            "order_level_spread": percent(self.order_level_spread),
            "inventory_skew_enabled": self.inventory_skew_enabled,
            "inventory_target_base_pct": percent(self.inventory_target_base),
            "inventory_range_multiplier": plain(self.inventory_range_multiplier),
            "filled_order_delay": plain(self.filled_order_delay),
            "hanging_orders_enabled": self.hanging_orders_enabled,
            "hanging_orders_cancel_pct": percent(self.hanging_orders_cancel),
            "order_optimization_enabled": self.order_optimization_enabled,
            "ask_order_optimization_depth": plain(self.ask_order_optimization_depth),
            "bid_order_optimization_depth": plain(self.bid_order_optimization_depth),
            "add_transaction_costs": self.add_transaction_costs,
            **NOT_OFFERED,
        }
