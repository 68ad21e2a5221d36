"""Five hundred bots in one table: all of them can be found, and only those in sight are drawn."""

import uuid

import pytest
from playwright.sync_api import expect

from local.instruments import crowd
from local.instruments.platform import Platform
from tests.fixtures.browser import Visit

BOTS = 500
DRAWN = 60
"""More rows than fit on any desk, with those that are kept ready above and below."""


@pytest.fixture
def crowded(platform: Platform) -> None:
    """Have the rows of five hundred bots, unless they are there."""
    if not platform.api("admin", crowd.ORGANIZATION).get("/api/bots")["items"]:
        crowd.enlist(platform.stores()[0].url, [uuid.uuid4() for _ in range(BOTS)])


@pytest.mark.usefixtures("crowded")
def test_five_hundred_bots_are_scrolled_sorted_and_searched(visit: Visit) -> None:
    visitor = visit("/bots", "viewer", organization=crowd.ORGANIZATION)
    page = visitor.page
    table = page.get_by_role("table")
    rows = table.locator("tbody tr[data-index]")

    expect(page.get_by_text(f"{BOTS} rows")).to_be_visible()
    expect(table).to_have_attribute("aria-rowcount", str(BOTS + 1))
    expect(rows.first).to_be_visible()
    assert rows.count() < DRAWN
    visitor.check()

    page.get_by_role("region", name="Bots").evaluate("it => it.scrollTo(0, it.scrollHeight)")
    expect(table.locator(f"tr[data-index='{BOTS - 1}']")).to_be_visible()
    assert rows.count() < DRAWN
    name = page.get_by_role("button", name="Name")
    name.click()
    page.get_by_role("region", name="Bots").evaluate("it => it.scrollTo(0, 0)")
    expect(rows.first).to_contain_text("bot 0")
    name.click()
    expect(rows.first).to_contain_text("bot 99")
    page.get_by_role("searchbox").fill("bot 321")
    expect(page.get_by_text("1 row", exact=True)).to_be_visible()
    expect(rows).to_have_count(1)
