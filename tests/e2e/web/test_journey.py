"""The whole job with a mouse: from nothing to a bot that trades, changes and leaves nothing."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from local.instruments.platform import Platform
from local.instruments.waiting import until
from tests.fixtures.browser import Visit

RUNS_IN_MS = 180_000
TRADED_IN_MS = 240_000
STOPPED_IN_MS = 150_000
WISHES = (
    "Start",
    "Stop",
    "Pause",
    "Restart",
    "Edit",
    "Delete",
    "New bot",
    "Halt",
    "Save the change",
)


@pytest.fixture
def account(platform: Platform) -> tuple[str, str]:
    """An account at the exchange on paper: its key and the key's secret."""
    made = platform.exchange().post(
        "/control/accounts",
        {
            "label": "journey",
            "balances": {"USDT": "100000", "ETH": "50", "BNB": "20"},
            "permissions": ["SPOT"],
            "withdrawals": False,
            "fee_asset": "BNB",
        },
    )
    return made["api_key"], made["api_secret"]


@pytest.mark.usefixtures("collected")
@pytest.mark.pictured
def test_a_trader_does_the_whole_job_with_a_mouse(
    visit: Visit, platform: Platform, account: tuple[str, str]
) -> None:
    """S0-110 to S0-115, S0-121, S0-126, S0-185: key, bot, start, fills, change, stop, nothing left."""
    key, secret = account
    visitor = visit("/keys", "trader")
    page = visitor.page
    add_key(page, key, secret)
    page.get_by_role("link", name="Bots", exact=True).click()
    create_bot(page, "Journey")

    page.get_by_role("button", name="Start", exact=True).click()
    expect(status(page)).to_contain_text("running", timeout=RUNS_IN_MS)
    expect(rows(page)).not_to_have_count(0, timeout=RUNS_IN_MS)
    visitor.check()

    page.get_by_role("tab", name="Fills").click()
    expect(rows(page)).not_to_have_count(0, timeout=TRADED_IN_MS)
    expect(page.locator("[data-fills]")).not_to_have_attribute("data-fills", "0")
    figures = page.get_by_role("region", name="Figures")
    before = figures.inner_text()
    expect(figures).not_to_have_text(before, timeout=TRADED_IN_MS)

    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Journey on")
    setting(page, "Bid spread").fill("0.0007")
    page.get_by_role("button", name="Save the change").click()
    expect(page.get_by_role("heading", name="Journey on", level=1)).to_be_visible()
    page.get_by_role("button", name="Apply now").click(timeout=RUNS_IN_MS)
    expect(page.get_by_text("The bot runs with what is stored")).to_be_visible(timeout=RUNS_IN_MS)
    page.get_by_role("button", name=re.compile("^Show what changed with version")).first.click()
    changed = page.get_by_role("dialog").get_by_role("row").filter(has_text="Bid spread")
    expect(changed).to_contain_text("0.0007")
    visitor.check()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(status(page)).to_contain_text("running", timeout=RUNS_IN_MS)

    page.get_by_role("tab", name="Log").click()
    lines = page.get_by_role("list", name="Log")
    newest = lines.get_by_role("listitem").first.inner_text()
    expect(lines.get_by_role("listitem").first).not_to_have_text(newest, timeout=TRADED_IN_MS)

    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    for mode in ("Cancel them", "Leave them open", "Cancel them and close the position"):
        expect(dialog.get_by_role("radio", name=re.compile(f"^{mode}"))).to_have_count(
            2 if mode == "Cancel them" else 1
        )
    visitor.look("bot-stop")
    dialog.get_by_role("button", name="Stop the bot").click()
    expect(status(page)).to_contain_text("stopped", timeout=STOPPED_IN_MS)
    expect(page.locator("[data-stage=done]").first).to_be_visible(timeout=STOPPED_IN_MS)

    left = until(
        "no order of the bot at the exchange",
        lambda: platform.exchange().get(f"/control/ledger?api_key={key}")["open_orders"],
        lambda orders: orders == [],
        limit_s=30,
    )
    assert left == []
    page.get_by_role("tab", name="Commands").click()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("button", name="Show the course: Stop").click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_contain_text("Asked")
    expect(page.get_by_role("dialog").get_by_text("Done", exact=True)).to_be_visible()
    visitor.check()


def test_a_viewer_sees_bots_and_has_nothing_to_press(visit: Visit) -> None:
    """S0-126: who may only look has no control of the trader's."""
    visitor = visit("/bots", "viewer")
    expect(visitor.page.get_by_role("heading", name="Bots")).to_be_visible()
    expect(visitor.page.locator("[data-link=live]")).to_be_visible()
    for wish in WISHES:
        expect(visitor.page.get_by_role("button", name=wish, exact=True)).to_have_count(0)
        expect(visitor.page.get_by_role("link", name=wish, exact=True)).to_have_count(0)
    visitor.page.goto(visitor.page.url.replace("/bots", "/bots/new"))
    visitor.check()


def add_key(page: Page, key: str, secret: str) -> None:
    page.get_by_role("button", name="Add a key").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Label").fill("journey")
    dialog.get_by_label("API key").fill(key)
    dialog.get_by_label("API secret").fill(secret)
    dialog.get_by_role("button", name="Ask the exchange and store").click()
    expect(page.get_by_role("row").filter(has_text="journey")).to_contain_text("Accepted")


def create_bot(page: Page, name: str) -> None:
    page.get_by_role("link", name="New bot").first.click()
    page.get_by_role("radio", name=re.compile("^Market making Buys")).check()
    page.get_by_role("button", name="Next").click()
    keys = page.get_by_label("Exchange key")
    keys.select_option(label=keys.locator("option", has_text="journey").inner_text())
    page.get_by_role("combobox", name="Pair").select_option("ETH-USDT")
    page.get_by_role("button", name="Next").click()
    expect(setting(page, "Order amount")).not_to_have_value("")
    setting(page, "Bid spread").fill("")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("This is needed.").first).to_be_visible()
    setting(page, "Bid spread").fill("0.0005")
    setting(page, "Ask spread").fill("0.0005")
    setting(page, "Order amount").fill("0.05")
    setting(page, "Order refresh time").fill("5")
    expect(page.get_by_role("region", name="The ladder in the book now")).to_be_visible()
    page.get_by_text("more settings").click()
    setting(page, "Filled order delay").fill("1")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("What the orders bind while they rest")).to_be_visible()
    setting(page, "Price floor").fill("1")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("row").filter(has_text="Price floor")).to_contain_text("1")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Create the bot").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def setting(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def status(page: Page) -> Locator:
    return page.locator("[data-status]").first


def rows(page: Page) -> Locator:
    return page.get_by_role("tabpanel").locator("tbody tr[data-index]")
