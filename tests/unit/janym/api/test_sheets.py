"""Lists as CSV: what a spreadsheet and a program each read in them."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from janym.api import sheets
from janym.api.messages import Money


class Amount(BaseModel):
    total: Money


class Row(BaseModel):
    name: str
    amount: Amount
    note: str | None
    limit: Amount | None = None
    extra: dict[str, Any]


def row(name: str, total: str = "1", **changes: Any) -> Row:
    fields: dict[str, Any] = {"note": None, "extra": dict[str, Any]()} | changes
    return Row(name=name, amount=Amount(total=Decimal(total)), **fields)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_fields_within_fields_have_columns_of_their_own() -> None:
    [shown] = read(sheets.written(Row, [row("a", "-1.50", extra={"b": [1, None]})]))

    assert shown == {
        "name": "a",
        "amount.total": "-1.5",
        "note": "",
        "limit.total": "",
        "extra": '{"b":[1,null]}',
    }


def test_a_list_without_items_still_names_its_columns() -> None:
    assert sheets.written(Row, []) == "name,amount.total,note,limit.total,extra\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    """A name that somebody chose must not run in somebody else's spreadsheet."""
    [shown] = read(sheets.written(Row, [row(text)]))

    assert shown["name"] == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "+7", 'say "hi", twice', "two\r\nlines", "", "µ"])
def test_all_other_text_comes_back_as_it_was(text: str) -> None:
    [shown] = read(sheets.written(Row, [row(text)]))

    assert shown["name"] == text
