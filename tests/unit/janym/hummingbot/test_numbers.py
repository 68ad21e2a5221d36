"""Numbers of a configuration: what is exact, and what is refused."""

from decimal import Decimal

import pytest

from janym.hummingbot.numbers import exact


@pytest.mark.parametrize(
    ("given", "meant"),
    [("0.001", "0.001"), (0.002, "0.002"), (1, "1"), (Decimal("2.50"), "2.50"), (1e-05, "0.00001")],
)
def test_a_number_that_can_have_been_typed_is_exact(given: object, meant: str) -> None:
    assert exact(given) == Decimal(meant)


@pytest.mark.parametrize("given", [0.1 + 0.2, 1 / 3])
def test_the_result_of_float_arithmetic_is_refused(given: float) -> None:
    with pytest.raises(ValueError, match="not exact"):
        exact(given)


@pytest.mark.parametrize("given", ["NaN", "Infinity", "-inf", float("nan"), float("inf")])
def test_what_is_not_finite_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact(given)


@pytest.mark.parametrize("given", [True, None, [], {}, "", "0,001", "a"])
def test_what_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="decimal number"):
        exact(given)


@pytest.mark.parametrize("given", ["1e12", "1e999999", "1e-16", "0.0000000000000001"])
def test_numbers_that_would_lose_digits_are_refused(given: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        exact(given)
