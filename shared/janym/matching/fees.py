"""Trading fees: maker and taker rates, taken from what is received or from a third token.

A fee in the received asset is received x rate. A fee in a token is the trade's value in quote
x rate x (1 - discount), converted at the token's price in that quote. Amounts have eight
decimals, cut off. Where the token's free balance is too small, the received asset pays in full.
https://github.com/binance/binance-spot-api-docs/blob/master/faqs/commission_faq.md
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

PRECISION = Decimal("0.00000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """Rates as fractions: 0.001 is 0.1 %."""

    maker: Decimal
    taker: Decimal
    token: str | None = None
    token_discount: Decimal = Decimal(0)

    def rate(self, *, maker: bool) -> Decimal:
        return self.maker if maker else self.taker


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What one side of a trade receives, and its worth: `price` is quote per received unit."""

    asset: str
    amount: Decimal
    price: Decimal
    maker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """`price` is quote per unit of `asset`."""

    asset: str
    amount: Decimal
    price: Decimal


def in_received(schedule: FeeSchedule, receipt: Receipt) -> Fee:
    """Return the fee that the received asset pays; discounted where that asset is the token."""
    rate = schedule.rate(maker=receipt.maker)
    if receipt.asset == schedule.token:
        rate *= 1 - schedule.token_discount
    return Fee(asset=receipt.asset, amount=_cut(receipt.amount * rate), price=receipt.price)


def in_token(schedule: FeeSchedule, receipt: Receipt, *, token: str, price: Decimal) -> Fee:
    """Return the fee that a third token pays, at `price` in quote per token."""
    rate = schedule.rate(maker=receipt.maker) * (1 - schedule.token_discount)
    value = receipt.amount * receipt.price
    return Fee(asset=token, amount=_cut(value * rate / price), price=price)


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(PRECISION, rounding=ROUND_DOWN)
