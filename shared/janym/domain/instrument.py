"""What can be traded on a venue, and in which steps."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One trading pair of a venue. Sizes are in base units, notional in quote units."""

    exchange: str
    pair: str
    """`ETH-USDT`, whatever the venue calls it."""
    base: str
    quote: str
    tick_size: Decimal
    step_size: Decimal
    min_quantity: Decimal
    max_quantity: Decimal | None
    min_notional: Decimal
