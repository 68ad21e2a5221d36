"""What assets are worth, asked of the venue and remembered for a while."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from janym.domain.errors import JanymError, Unavailable
from janym.ports.venue import Venue

FRESH_S = 10.0
PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Between attempts to learn a price of which nothing is known yet."""

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class PriceBook:
    """Last prices in one quote asset. An asset that the venue has no price for is worth None.

    While the venue does not answer, the price that it gave last holds.
    """

    venue: Venue
    quote: str
    seconds: Callable[[], float]
    """A monotonic clock."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    _known: dict[str, tuple[float, Decimal | None]] = field(
        default_factory=dict[str, tuple[float, Decimal | None]]
    )

    async def of(self, asset: str) -> Decimal | None:
        """Give quote units for one unit of the asset, at most ten seconds old if it can be had."""
        asked, former = self._known.get(asset, (float("-inf"), None))
        if self.seconds() - asked <= FRESH_S:
            return former
        try:
            price = await asyncio.to_thread(self.venue.price, f"{asset}-{self.quote}")
        except Unavailable as away:
            logger.info("no price of %s in %s now: %s", asset, self.quote, away)
            if former is not None:
                self._known[asset] = (self.seconds(), former)
            return former
        except JanymError as error:
            logger.info("no price of %s in %s: %s", asset, self.quote, error)
            price = None
        self._known[asset] = (self.seconds(), price)
        return price

    async def told(self, asset: str) -> Decimal | None:
        """Give the price, waiting for a venue that does not answer; None once it has for long."""
        for seconds in PAUSES_S:
            price = await self.of(asset)
            if price is not None or asset in self._known:
                return price
            await self.pause(seconds)
        return await self.of(asset)

    async def of_all(self, assets: Iterable[str]) -> dict[str, Decimal]:
        """Give the prices of those that have one."""
        prices = {asset: await self.of(asset) for asset in assets}
        return {asset: price for asset, price in prices.items() if price is not None}
