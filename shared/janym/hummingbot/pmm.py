"""Our V2 controller `pmm`: fractions stay fractions, levels become lists."""

from decimal import Decimal
from typing import Any

from pydantic import Field, StrictBool

from janym.domain.money import plain
from janym.hummingbot.market_making import MarketMaking

CONTROLLER_ID = "pmm"


class Pmm(MarketMaking):
    """Market making on Hummingbot's V2 framework, with limit orders alone."""

    kind = "v2"

    post_only: StrictBool = Field(
        default=True, description="Whether an order that would take is refused by the venue."
    )

    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of the controller's configuration."""
        amounts = [plain(self.amount(level)) for level in range(self.order_levels)]
        return {
            "id": CONTROLLER_ID,
            "connector_name": exchange,
            "trading_pair": trading_pair,
            "buy_spreads": self._spreads(self.bid_spread),
            "sell_spreads": self._spreads(self.ask_spread),
            "buy_amounts": amounts,
            "sell_amounts": amounts,
            "refresh_time": plain(self.order_refresh_time),
            "refresh_tolerance": plain(self.order_refresh_tolerance),
            "filled_order_delay": plain(self.filled_order_delay),
            "price_ceiling": None if self.price_ceiling is None else plain(self.price_ceiling),
            "price_floor": None if self.price_floor is None else plain(self.price_floor),
            "order_type": "limit_maker" if self.post_only else "limit",
        }

    def _spreads(self, first: Decimal) -> list[str]:
        return [plain(self.spread(first, level)) for level in range(self.order_levels)]
