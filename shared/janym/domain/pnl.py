"""Profit and loss from fills alone, by average cost, exact.

A position opens at its average price; what closes it realizes the difference. A sale without a
position opens a short one: a market maker sells inventory it had before. Fees are never part of the
average price: they are counted beside, in quote units, and subtracted once.

The total needs no average: it is what came in, plus the position at a price, less fees: that is
exact. Realized and unrealized divide it, and an average may need more digits than there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, localcontext
from typing import Self

from janym.domain.trading import Fill, Side

ZERO = Decimal(0)
PRECISE = Context(prec=50)
"""Averages divide; fifty digits keep the remainder far below any venue's smallest unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitAndLoss:
    """Running totals, in quote units unless said otherwise. Add fills with `after`."""

    position: Decimal = ZERO
    """Base units bought less base units sold."""
    flow: Decimal = ZERO
    """Quote units received by selling less those paid by buying, before fees."""
    cost: Decimal = ZERO
    """What the open position cost: its average price times its size, with its sign."""
    gross: Decimal = ZERO
    """Realized by closing, before fees."""
    fees: Decimal = ZERO
    """All fees whose price in quote units is known."""
    fees_by_asset: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    """The same in the assets they were paid in, and those without a price too."""
    volume: Decimal = ZERO
    fills: int = 0

    @property
    def realized(self) -> Decimal:
        """What closing brought, less every fee paid so far."""
        with localcontext(PRECISE):
            return self.gross - self.fees

    def unrealized(self, price: Decimal) -> Decimal:
        """What closing the rest at this price would bring."""
        with localcontext(PRECISE):
            return self.position * price - self.cost

    def total(self, price: Decimal | None) -> Decimal:
        """Realized and unrealized together; without a price the open position counts at cost."""
        if price is None:
            return self.realized
        with localcontext(PRECISE):
            return self.flow + self.position * price - self.fees

    def after(self, fill: Fill) -> Self:
        """Return the totals with one more fill."""
        signed = fill.quantity if fill.side is Side.BUY else -fill.quantity
        with localcontext(PRECISE):
            position, cost, gain = _trade(self.position, self.cost, signed, fill.price)
            fee = fill.fee.amount * fill.fee.price if fill.fee.price is not None else ZERO
            assets = self.fees_by_asset | {
                fill.fee.asset: self.fees_by_asset.get(fill.fee.asset, ZERO) + fill.fee.amount
            }
            return replace(
                self,
                position=position,
                flow=self.flow - signed * fill.price,
                cost=cost,
                gross=self.gross + gain,
                fees=self.fees + fee,
                fees_by_asset=assets,
                volume=self.volume + fill.price * fill.quantity,
                fills=self.fills + 1,
            )


def _trade(
    position: Decimal, cost: Decimal, signed: Decimal, price: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """Give position, cost and gain after trading `signed` base units at `price`."""
    if position * signed >= 0:
        return position + signed, cost + signed * price, ZERO
    closed = min(abs(signed), abs(position)).copy_sign(position)
    cost_of_closed = cost * closed / position
    gain = closed * price - cost_of_closed
    opened = signed + closed
    return position + signed, cost - cost_of_closed + opened * price, gain


def of(fills: Iterable[Fill]) -> ProfitAndLoss:
    """Add up fills, which must come in the order they happened (time, then trade id)."""
    total = ProfitAndLoss()
    for fill in fills:
        total = total.after(fill)
    return total
