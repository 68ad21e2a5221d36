"""Conversions are kept up to a bound in all, and right whether they were kept or not."""

from janym.book.decimals import Shelf, Whole


def test_what_is_kept_is_bounded_for_all_kinds_of_numbers_together() -> None:
    """S4-084: books that are counted in many ways take no more room than others."""
    shelf = Shelf(most=100)
    tables = [Whole(places, sign, shelf) for places in range(9) for sign in (-1, 1)]

    for number in range(1_000):
        for table in tables:
            table[f"{number}.5" if table is not tables[0] and table is not tables[1] else "7"]
            assert sum(len(each.known) for each in tables) <= 100

    assert tables[2]["3.5"] == -35
    assert tables[3]["3.5"] == 35
    assert tables[17]["999.5"] == 99_950_000_000
