"""What the paper exchange lists, and how lively each market is."""

from dataclasses import dataclass
from decimal import Decimal

from janym.matching.instrument import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An instrument with the character of its seeded market.

    `grid` is the distance between house levels, `half_spread` that of the best house quotes from
    the mid, both in quote. `size` is the typical size of a house level in base. A quiet market
    has house quotes around a constant price and no seeded trades.
    """

    instrument: Instrument
    start_price: Decimal
    grid: Decimal
    half_spread: Decimal
    size: Decimal
    quiet: bool = False


def _instrument(base: str, *, tick: str, step: str, max_quantity: str) -> Instrument:
    return Instrument(
        symbol=f"{base}USDT",
        base=base,
        quote="USDT",
        tick=Decimal(tick),
        step=Decimal(step),
        min_price=Decimal(tick),
        max_price=Decimal(1_000_000),
        min_quantity=Decimal(step),
        max_quantity=Decimal(max_quantity),
        min_notional=Decimal(5),
        max_notional=Decimal(9_000_000),
    )


LISTINGS = (
    Listing(
        instrument=_instrument("ETH", tick="0.01", step="0.0001", max_quantity="9000"),
        start_price=Decimal(2000),
        grid=Decimal("0.20"),
        half_spread=Decimal("0.15"),
        size=Decimal("1.5"),
    ),
    Listing(
        instrument=_instrument("BTC", tick="0.01", step="0.00001", max_quantity="9000"),
        start_price=Decimal(60_000),
        grid=Decimal(6),
        half_spread=Decimal("4.5"),
        size=Decimal("0.05"),
    ),
    Listing(
        instrument=_instrument("BNB", tick="0.01", step="0.001", max_quantity="9000"),
        start_price=Decimal(600),
        grid=Decimal("0.10"),
        half_spread=Decimal("0.05"),
        size=Decimal(20),
        quiet=True,
    ),
)
"""BNB is the fee token: its market is quiet so that the price of fees is constant."""

ASSETS = tuple(sorted({asset for one in LISTINGS for asset in (one.instrument.base, "USDT")}))
