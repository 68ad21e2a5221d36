"""Whatever can be pressed does something."""

import os

import pytest
from playwright.sync_api import expect

from tests.e2e.web.places import SCREENS
from tests.fixtures import furnished as full
from tests.fixtures.browser import Visit
from tests.fixtures.crawler import Crawler

WANTED = "CONTROLS"
"""`make soak` sets it to `all`; a run over everything presses what the first screens show."""
FIRST = tuple(SCREENS[name] for name in ("overview", "bot-new", "alert-channels", "audit"))
LEAVING = r"^BUTTON\|button\|Sign out\|"
FEWEST = {len(FIRST): 40, len(SCREENS): 250}
"""Fewer were not looked for, but overlooked."""


@pytest.mark.usefixtures("collected")
def test_no_control_is_dead(visit: Visit, furnished: dict[str, str]) -> None:
    """A request, a navigation or a visible change follows each press."""
    every = os.environ.get(WANTED) == "all"  # noqa: TID251 - make hands its variables on so
    visitor = visit("/", "admin", organization=full.ORGANIZATION)
    expect(visitor.page.locator("[data-link=live]")).to_be_visible()
    crawler = Crawler(visitor)

    paths = tuple(SCREENS.values()) if every else FIRST
    bots = (full.RUNNING, full.STOPPED) if every else ()
    for path in (*paths, *(f"/bots/{furnished[bot]}" for bot in bots)):
        crawler.crawl(path, but=LEAVING)

    assert not crawler.dead, "nothing follows:\n" + "\n".join(crawler.dead)
    assert len(crawler.led_to) > FEWEST[len(paths)]
    visitor.go("/")
    visitor.page.locator("summary", has_text="admin").click()
    visitor.page.get_by_role("button", name="Sign out").click()
    expect(visitor.page.get_by_role("heading", name="Janym", level=1)).to_be_visible()


def test_a_dead_control_is_found(visit: Visit) -> None:
    visitor = visit("/nowhere", "viewer")
    expect(visitor.page.locator("[data-link=live]")).to_be_visible()
    expect(visitor.page.locator("[data-state=ACTIVE]")).to_be_visible()
    visitor.page.evaluate("""
        const dead = document.createElement('button');
        dead.append('Nothing');
        document.querySelector('#main').append(dead);
    """)
    crawler = Crawler(visitor, patience=2)

    crawler.crawl("/nowhere", but=r"^(?!BUTTON\|submit\|Nothing)")

    assert list(crawler.dead) == ["/nowhere: BUTTON|submit|Nothing|"]
