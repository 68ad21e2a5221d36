"""How exact numbers are written: in full, without an exponent and without idle zeros."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

PLACES = Decimal(1).scaleb(-18)
"""The smallest unit any asset has: Ethereum's eighteen places."""


def plain(value: Decimal) -> str:
    """Write a number in full: `1995.68`, never `1995.68000000` or `2E+3`."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def rounded(value: Decimal) -> Decimal:
    """Round to eighteen places what was divided and has no end."""
    with localcontext(prec=100):
        return value.quantize(PLACES, rounding=ROUND_HALF_EVEN)
