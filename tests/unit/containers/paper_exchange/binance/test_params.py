"""Parameters: what is read, and the words in which the rest is refused."""

from decimal import Decimal

import pytest

from containers.paper_exchange.binance import params
from containers.paper_exchange.binance.errors import BinanceError


def test_query_and_body_are_merged() -> None:
    assert params.parse("a=1&b=%20", "c=3") == {"a": "1", "b": " ", "c": "3"}


def test_a_name_given_twice_is_refused() -> None:
    with pytest.raises(BinanceError, match="-1101"):
        params.parse("a=1", "a=1")


@pytest.mark.parametrize("text", ["1", "0.10000000", "0.1000000000", "12345678901234567890"])
def test_a_decimal_is_read_exactly(text: str) -> None:
    assert params.decimal({"price": text}, "price") == Decimal(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", -1102),
        ("-1", -1100),
        ("1e3", -1100),
        ("NaN", -1100),
        (".5", -1100),
        ("1.", -1100),
        ("\u0661", -1100),
        ("0.123456789", -1111),
    ],
)
def test_anything_else_is_not_a_decimal(text: str, code: int) -> None:
    with pytest.raises(BinanceError) as refused:
        params.decimal({"price": text}, "price")

    assert refused.value.code == code


@pytest.mark.parametrize(("text", "read"), [("", 100), ("0", 1), ("7", 7), ("9999", 1000)])
def test_a_limit_is_cut_to_what_is_given_at_most(text: str, read: int) -> None:
    assert params.limit({"limit": text}, default=100, most=1000) == read
