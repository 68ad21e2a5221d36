"""Profit and loss from the exchange's own ledger, worked out apart from the platform.

It shares no code with `janym.domain.pnl`, so that a mistake there does not hide here; it reckons
with fractions, so that nothing is rounded.
"""

from fractions import Fraction
from typing import Any


def total(fills: list[dict[str, Any]], mark: str) -> Fraction:
    """Give what the fills earned in quote units: the position at the mark price, less fees."""
    cash = base = fees = Fraction(0)
    for fill in fills:
        size, price = Fraction(fill["quantity"]), Fraction(fill["price"])
        sign = 1 if fill["side"].lower() == "buy" else -1
        base += sign * size
        cash -= sign * size * price
        fees += Fraction(fill["fee"]) * Fraction(fill["fee_price"])
    return cash + base * Fraction(mark) - fees


def decimal_text(value: Fraction) -> str:
    """Write an exact decimal fraction out in full, without trailing zeros.

    Raises:
        ValueError: the fraction has no finite decimal form.
    """
    digits, remainder = 0, value
    while remainder.denominator != 1:
        digits, remainder = digits + 1, remainder * 10
        if digits > 80:
            raise ValueError(f"{value} has no finite decimal form")
    text = f"{abs(remainder.numerator):0{digits + 1}d}"
    whole, part = (text[:-digits], text[-digits:].rstrip("0")) if digits else (text, "")
    return ("-" if value < 0 else "") + whole + (f".{part}" if part else "")
