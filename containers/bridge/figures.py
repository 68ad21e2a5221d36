"""What the bot is worth and has earned, in quote units, at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from containers.bridge.ledger import Day
from containers.bridge.lines import Balance as EngineBalance
from janym.api.messages import Balance, OrderFigures, ProfitAndLossFigures
from janym.domain.pnl import PRECISE, ZERO, ProfitAndLoss

PLACES = Decimal("1e-18")
"""As exact as the stores: DECIMAL(38, 18)."""
ASSETS_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Quote units for one unit of an asset."""

    quote: str
    base: str
    mid: Decimal | None
    others: Mapping[str, Decimal]

    def of(self, asset: str) -> Decimal | None:
        """Give an asset's price, or None where nobody knows it."""
        if asset == self.quote:
            return Decimal(1)
        return self.mid if asset == self.base else self.others.get(asset)


def rounded(amount: Decimal) -> Decimal:
    """Give an amount with at most 18 places, which is all that divisions leave to round."""
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= -18:
        return amount
    with localcontext(PRECISE):
        return amount.quantize(PLACES)


def held(balances: Mapping[str, EngineBalance]) -> dict[str, Balance]:
    """Give each asset that the account holds, in units of it."""
    return {
        asset: _balance(each.total, each.available)
        for asset, each in sorted(balances.items())[:ASSETS_LIMIT]
        if each.total or each.available
    }


def worth(balances: Mapping[str, EngineBalance], prices: Prices) -> Balance:
    """Sum the account in quote units over all assets with a price."""
    total = available = ZERO
    with localcontext(PRECISE):
        for asset, balance in balances.items():
            price = prices.of(asset)
            if price is not None:
                total += balance.total * price
                available += balance.available * price
    return _balance(total, available)


def _balance(total: Decimal, available: Decimal) -> Balance:
    return Balance(
        total=rounded(total), available=rounded(available), locked=rounded(total - available)
    )


def earned(
    profit: ProfitAndLoss, price: Decimal | None, *, first_worth: Decimal
) -> ProfitAndLossFigures:
    """Give profit and loss; without a price the open position counts at its cost."""
    total = profit.total(price)
    with localcontext(PRECISE):
        fraction = total / first_worth if first_worth > 0 else ZERO
    return ProfitAndLossFigures(
        total=rounded(total),
        total_pct=rounded(fraction),
        realized=rounded(profit.realized),
        unrealized=rounded(profit.unrealized(price) if price is not None else ZERO),
    )


def counted(day: Day, *, active: int) -> OrderFigures:
    """Give the counts of orders."""
    return OrderFigures(
        active=active,
        filled_24h=day.filled,
        cancelled_24h=day.cancelled,
        volume_24h=rounded(day.volume),
    )
