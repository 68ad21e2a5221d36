"""Cursors go there and back, and foreign ones are refused."""

import base64
from datetime import UTC, datetime

import pytest

from janym.db import cursors
from janym.domain.errors import InvalidInput
from janym.ports.unit_of_work import Page

AT = datetime(2026, 11, 21, 12, 0, 0, 1, tzinfo=UTC)


def test_a_cursor_comes_back_as_its_key() -> None:
    assert cursors.read(cursors.write((AT, "x/ü"))) == (AT, "x/ü")
    assert cursors.read(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        base64.urlsafe_b64encode(b"not json").decode(),
        base64.urlsafe_b64encode(b"[1, 2, 3]").decode(),
        base64.urlsafe_b64encode(b'["yesterday", "x"]').decode(),
        base64.urlsafe_b64encode(b'["2026-11-21T12:00:00", "no zone"]').decode(),
        base64.urlsafe_b64encode(b'["2026-11-21T12:00:00+00:00", 7]').decode(),
    ],
)
def test_what_no_list_gave_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        cursors.read(text)

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidInput):
        cursors.uuid_parameters((AT, "1.2"))


def test_a_page_ends_where_the_rows_do() -> None:
    page = Page(limit=2)

    full = cursors.listing([1, 2, 3], page, str, lambda row: (AT, str(row)))
    last = cursors.listing([1, 2], page, str, lambda row: (AT, str(row)))

    assert (full.items, full.next_cursor) == (["1", "2"], cursors.write((AT, "2")))
    assert (last.items, last.next_cursor) == (["1", "2"], None)
