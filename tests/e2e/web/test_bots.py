"""The table of bots: what each earned, on what course, and how old that is."""

import pytest
from playwright.sync_api import expect

from tests.fixtures import furnished as full
from tests.fixtures.browser import Visit

OLD_MS = 60_000


@pytest.mark.usefixtures("furnished")
def test_bots_are_compared_by_course_profit_and_age(visit: Visit) -> None:
    """S0-126: a figure that has grown old says so by itself."""
    visitor = visit("/bots")
    page = visitor.page
    page.clock.install()
    visitor.sign_in("viewer", organization=full.ORGANIZATION)
    row = page.get_by_role("row").filter(has_text=full.RUNNING)
    course = row.get_by_role("img", name=full.RUNNING)

    expect(course).to_be_visible()
    points = course.locator("polyline").get_attribute("points")
    assert points is not None
    assert len(points.split()) > 1
    expect(row).to_contain_text("USDT")
    expect(row.get_by_role("time")).to_contain_text("ago")
    page.clock.fast_forward(OLD_MS)
    expect(row.get_by_role("time")).to_contain_text("old")
    stopped = page.get_by_role("row").filter(has_text=full.STOPPED)
    expect(stopped).to_contain_text("never")
    expect(stopped.get_by_role("img")).to_have_count(0)
    visitor.check()
