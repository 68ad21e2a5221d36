"""A side of a book against a dictionary of decimals that is searched each time (S4-022)."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from janym.book.compiled import CompiledLadder
from janym.book.decimals import NotANumber
from janym.book.ladder import SLACK, Ladder
from janym.domain.market import Texts

PLACES = 2
SPELLINGS = ("{:.0f}", "{:.1f}", "{:.2f}", "{:.4f}")


def ladder(sign: int, kind: type[Ladder] | type[CompiledLadder] = Ladder) -> Any:
    made = kind(sign)
    made.count(PLACES, PLACES)
    return made


def message(chance: Random, centre: int) -> Texts:
    """Levels around a price, each in any spelling, some twice, half of them gone."""
    prices = [Decimal(centre + chance.randrange(-30, 30)) for _ in range(chance.randrange(12))]
    return [
        (chance.choice(SPELLINGS).format(price), chance.choice(("0", "0.00", "3", "1.50")))
        for price in prices
    ]


@pytest.mark.parametrize("kind", [Ladder, CompiledLadder])
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("seed", range(5))
def test_best_and_order_are_those_of_a_dictionary_that_is_searched(
    kind: type[Ladder] | type[CompiledLadder], sign: int, seed: int
) -> None:
    chance, side, centre = Random(seed), ladder(sign, kind), 500  # noqa: S311 - repeatable
    model: dict[Decimal, Decimal] = {}
    for _ in range(600):
        centre += chance.randrange(-9, 10)
        texts = message(chance, centre)

        side.write(texts)

        model |= {Decimal(price): Decimal(size) for price, size in texts}
        model = {price: size for price, size in model.items() if size}
        prices = sorted(model, key=lambda price: price * sign)
        expected = [(int(price * 100), int(model[price] * 100)) for price in prices]
        assert side.best == (expected[0][0] if expected else None)
        assert side.best_size == (expected[0][1] if expected else 0)
        if chance.random() < 0.1:
            assert side.top(None) == expected


def test_prices_that_are_gone_do_not_pile_up() -> None:
    side = ladder(1)
    for price in range(1, 50 * SLACK):
        side.write([(str(price), "1"), (str(price + 1), "1"), (str(price), "0")])

    assert side.top(None) == [(50 * SLACK * 100, 100)]
    assert len(side._sizes) <= 2 + SLACK


def test_deep_prices_that_are_gone_do_not_pile_up() -> None:
    side = ladder(1)
    side.write([("1", "1")])
    for price in range(2, 50 * SLACK):
        side.write([(str(price), "1"), (str(price), "0")])

    assert side.top(None) == [(100, 100)]
    assert len(side._sizes) <= 2 + SLACK + 1


def test_what_stands_before_a_text_that_is_no_number_is_written_and_the_best_is_right() -> None:
    side = ladder(1)
    side.write([("5", "1"), ("7", "1")])

    with pytest.raises(NotANumber):
        side.write([("5", "0"), ("6", "2"), ("x", "1"), ("4", "1")])

    assert side.top(None) == [(600, 200), (700, 100)]
    assert (side.best, side.best_size) == (600, 200)
