"""What assets are worth, asked of the venue and remembered for a while."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from janym.domain.errors import JanymError
from janym.ports.venue import Venue

FRESH_S = 10.0

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class PriceBook:
    """Last prices in one quote asset. An asset that the venue has no price for is worth None."""

    venue: Venue
    quote: str
    seconds: Callable[[], float]
    """A monotonic clock."""
    _known: dict[str, tuple[float, Decimal | None]] = field(
        default_factory=dict[str, tuple[float, Decimal | None]]
    )

    async def of(self, asset: str) -> Decimal | None:
        """Give quote units for one unit of the asset, at most ten seconds old."""
        asked, price = self._known.get(asset, (float("-inf"), None))
        if self.seconds() - asked > FRESH_S:
            price = await asyncio.to_thread(self._ask, asset)
            self._known[asset] = (self.seconds(), price)
        return price

    async def of_all(self, assets: Iterable[str]) -> dict[str, Decimal]:
        """Give the prices of those that have one."""
        prices = {asset: await self.of(asset) for asset in assets}
        return {asset: price for asset, price in prices.items() if price is not None}

    def _ask(self, asset: str) -> Decimal | None:
        try:
            return self.venue.price(f"{asset}-{self.quote}")
        except JanymError as error:
            logger.info("no price of %s in %s: %s", asset, self.quote, error)
            return None
