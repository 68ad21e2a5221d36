"""Exact numbers in writing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from janym.domain.money import plain, rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1995.68000000", "1995.68"),
        ("2E+3", "2000"),
        ("100", "100"),
        ("-0.00", "0"),
        ("0.00001234567", "0.00001234567"),
        ("-5.50", "-5.5"),
    ],
)
def test_written_in_full(value: str, text: str) -> None:
    """K-12."""
    assert plain(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_writing_changes_nothing(value: Decimal) -> None:
    """K-12: no digit is lost, however many there are."""
    assert Decimal(plain(value)) == value


def test_what_has_no_end_is_cut_at_the_smallest_unit_there_is() -> None:
    assert plain(rounded(Decimal("4.8536349999999999999999999999999999999999981"))) == "4.853635"
