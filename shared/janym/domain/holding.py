"""What an account holds, and what it is worth in dollars, with who says so and since when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from janym.domain.bot import Environment
from janym.domain.ids import CredentialId

ZERO = Decimal(0)
AT_PAR = frozenset({"USD", "USDT", "USDC", "FDUSD", "TUSD", "DAI"})
"""Assets that count as a dollar each: no venue of ours trades against the dollar itself."""
PAR = "at par"
QUOTES = ("USDT", "USDC")
"""What an asset's price is asked in, the first that the venue trades it against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DollarPrice:
    """What a unit of an asset is worth."""

    value: Decimal
    source: str
    """`at par`, or the venue and pair whose last price it is: `binance ETH-USDT`."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """An asset on an account at one moment."""

    credential: CredentialId
    exchange: str
    environment: Environment
    asset: str
    free: Decimal
    locked: Decimal
    """Bound in open orders."""
    price: DollarPrice | None
    """None where the venue trades the asset against no dollar."""
    at: datetime

    @property
    def total(self) -> Decimal:
        return self.free + self.locked

    @property
    def value(self) -> Decimal | None:
        """Dollars; None without a price."""
        return self.total * self.price.value if self.price is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityPoint:
    """What all accounts of an environment were worth at a moment, in dollars."""

    at: datetime
    value: Decimal


def worth(holdings: Iterable[Holding]) -> Decimal:
    """Add up what has a price."""
    return sum((held.value for held in holdings if held.value is not None), ZERO)


def pairs_for(assets: Iterable[str], traded: Iterable[str]) -> dict[str, str]:
    """Name the pair whose price tells an asset's worth; assets without one are left out."""
    known = set(traded)
    found: dict[str, str] = {}
    for asset in assets:
        pair = next((f"{asset}-{quote}" for quote in QUOTES if f"{asset}-{quote}" in known), None)
        if asset not in AT_PAR and pair is not None:
            found[asset] = pair
    return found


def priced(
    asset: str, pairs: Mapping[str, str], prices: Mapping[str, Decimal], *, venue: str, at: datetime
) -> DollarPrice | None:
    """Say what a unit of an asset is worth, if anybody does."""
    if asset in AT_PAR:
        return DollarPrice(value=Decimal(1), source=PAR, at=at)
    pair = pairs.get(asset)
    if pair is None or pair not in prices:
        return None
    return DollarPrice(value=prices[pair], source=f"{venue} {pair}", at=at)
