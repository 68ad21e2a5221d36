"""The first screen: what somebody must see before anything else, then what there is."""

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from local.instruments.platform import Platform
from tests.fixtures import furnished as full
from tests.fixtures.browser import Visit

HALTING, NARROW = "to-be-halted", "on-a-telephone"
PHONE = (360, 740)
MIDDLES = """
bar => [...bar.children].map((it) => {
  const { top, bottom } = it.getBoundingClientRect();
  return (top + bottom) / 2;
})
"""


def test_who_needs_somebody_stands_first_and_the_whole_below(
    visit: Visit, furnished: dict[str, str]
) -> None:
    """S0-116 to S0-119: total, by exchange, over time, by strategy."""
    visitor = visit("/", "trader", organization=full.ORGANIZATION)
    page = visitor.page

    first = page.locator("main section").first
    expect(first.get_by_role("heading", name="Needs attention")).to_be_visible()
    expect(first.get_by_role("listitem").first).to_contain_text(full.FAILED)
    expect(first.get_by_role("listitem").first).to_contain_text("launched 3 times")
    expect(part(page, "Totals")).to_contain_text(re.compile(r"Worth of all accounts\s*\d[\d ]+"))
    expect(part(page, "Totals")).to_contain_text("2 / 3")
    expect(part(page, "By exchange").get_by_role("listitem")).to_contain_text(
        re.compile(r"binance.*USD · 100 %")
    )
    curve = part(page, "Worth over time, USD").get_by_role("img")
    expect(curve).to_have_accessible_name(re.compile(r"Worth over time, USD: \d.* → \d"))
    expect(curve.locator("canvas")).to_be_visible()
    expect(part(page, "Strategies by return").get_by_role("row").nth(1)).to_contain_text(
        re.compile(r"Market making.*\+47\.70 USD")
    )
    expect(part(page, "Latest alerts").get_by_role("listitem")).not_to_have_count(0)
    visitor.check()

    page.get_by_label("Money shown").select_option("live")
    expect(page.get_by_text("No account was read yet")).to_be_visible()
    first.get_by_role("link", name=full.FAILED, exact=True).click()
    expect(page.get_by_role("heading", name=full.FAILED, level=1)).to_be_visible()
    assert page.url.endswith(f"/bots/{furnished[full.FAILED]}")


@pytest.mark.pictured
def test_a_halt_is_at_hand_on_every_screen_and_asks_for_a_reason(
    visit: Visit, platform: Platform
) -> None:
    platform.api("admin", HALTING).put("/api/organization", {"name": "Halting"})
    visitor = visit("/settings", "admin", organization=HALTING)
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Halt", exact=True).click()
    go = dialog.get_by_role("button", name="Halt everything")
    expect(go).to_be_disabled()
    dialog.get_by_label("Reason").fill("the market fell")
    visitor.look("halt")
    go.click()
    expect(dialog.get_by_text("The halt is in force")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator("[data-state=HALTED]")).to_be_visible()
    assert state_of(platform, HALTING) == "HALTED"
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text("the market fell · admin")).to_be_visible()
    page.get_by_role("button", name="Trade again").click()
    dialog.get_by_label("Reason").fill("it rose")
    dialog.get_by_role("button", name="Allow trading").click()
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator("[data-state=ACTIVE]")).to_be_visible()
    page.get_by_role("button", name="Pause all").click()
    expect(dialog.get_by_text("Pause every bot?")).to_be_visible()
    assert state_of(platform, HALTING) == "ACTIVE"


@pytest.mark.parametrize("state", ["ACTIVE", "HALTED"])
def test_the_way_to_halt_takes_one_line_of_a_telephone(
    visit: Visit, platform: Platform, state: str
) -> None:
    """S0-125: in the language with the longer words too."""
    owner = platform.api("admin", NARROW)
    owner.put("/api/organization", {"name": "Narrow"})
    owner.put("/api/organization/state", {"state": state, "reason": "a look at the bar"})
    page = visit("/", "admin", organization=NARROW, language="ru", size=PHONE).page
    bar = page.locator(f"[data-state={state}]")

    for language, halt in (("Русский", r"^Стоп"), ("English", r"^Halt")):
        page.locator("summary", has_text="admin").click()
        page.get_by_role("button", name=language).click()
        page.locator("summary", has_text="admin").click()
        expect(bar.get_by_role("button", name=re.compile(halt))).to_be_visible()
        middles = bar.evaluate(MIDDLES)
        assert len(middles) == 3
        assert max(middles) - min(middles) < 1, f"{state} in {language}: {middles}"


def test_an_organization_that_is_not_there_is_founded_by_an_admin(
    visit: Visit, platform: Platform
) -> None:
    new = f"new-{uuid.uuid4().hex[:6]}"
    visitor = visit("/", "admin", organization=new)
    visitor.expected.append("status of 404")
    page = visitor.page

    page.get_by_label("Name of the organization").fill("Newcomers")
    page.get_by_role("button", name="Create").click()

    expect(page.get_by_role("heading", name="Newcomers", level=1)).to_be_visible()
    expect(page.get_by_text("No bots yet")).to_be_visible()
    assert platform.api("admin", new).get("/api/organization")["name"] == "Newcomers"


@pytest.mark.usefixtures("furnished")
def test_a_viewer_has_no_way_to_halt(visit: Visit) -> None:
    page = visit("/", "viewer", organization=full.ORGANIZATION).page

    expect(page.locator("[data-state=ACTIVE]")).to_be_visible()
    for wish in ("Halt", "Pause all"):
        assert page.get_by_role("button", name=wish, exact=True).count() == 0


def state_of(platform: Platform, organization: str) -> str:
    return str(platform.api("admin", organization).get("/api/organization")["state"])


def part(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)
