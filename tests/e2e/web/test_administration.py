"""The screens of orders, of the audit log, and of what the organization is and may."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.fixtures.browser import Visit

WORDS = "trade real money in demo"


def test_no_orders_yet_leads_to_the_bots_and_filters_can_be_cleared(visit: Visit) -> None:
    """S0-124."""
    visitor = visit("/orders", "viewer")
    page = visitor.page

    expect(page.get_by_text("No orders yet")).to_be_visible()
    visitor.look("orders")
    page.get_by_label("Status").select_option("failed")
    page.get_by_label("Side").select_option("buy")
    expect(page).to_have_url(re.compile(r"/orders\?status=failed&side=buy$"))
    expect(page.get_by_text("No order fits these filters")).to_be_visible()
    page.get_by_role("button", name="Clear the filters").first.click()
    page.get_by_label("Open ones only").check()
    expect(page).to_have_url(re.compile(r"\?open=1$"))
    page.get_by_role("button", name="Clear the filters").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as CSV").click()
    assert Path(download.value.path()).read_text().startswith("bot_id,")
    expect(page.get_by_text("0 rows written to orders-all.csv.")).to_be_visible()
    page.get_by_role("link", name="To the bots").click()
    expect(page).to_have_url(re.compile(r"/bots$"))


def test_the_log_is_searched_looked_into_and_proven_whole(visit: Visit) -> None:
    """S3-059: who did what, and that nobody changed it."""
    visitor = visit("/audit", "admin")
    page = visitor.page

    page.get_by_role("button", name="Verify the chain").click()
    expect(page.get_by_text("none changed, moved or missing.")).to_be_visible()
    page.get_by_label("What", exact=True).fill("organization.put")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("organization.put")
    page.get_by_role("button", name="Show line").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Demo")
    visitor.look("audit")
    page.get_by_role("button", name="Close").click()
    page.get_by_label("Who", exact=True).fill("nobody")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("row").nth(1)).to_be_visible()


def test_the_log_is_for_admins(visit: Visit) -> None:
    visitor = visit("/audit", "trader")

    expect(visitor.page.get_by_text("For admins")).to_be_visible()
    visitor.check()


def test_an_admin_names_limits_and_staffs_the_organization(visit: Visit) -> None:
    visitor = visit("/settings", "admin")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_label("Name", exact=True).fill("Demo and sons")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_text("The organization is now called “Demo and sons”.")).to_be_visible()
    page.get_by_label("Bots", exact=True).fill("many")
    expect(page.get_by_text("A whole number from 0.")).to_be_visible()
    page.get_by_label("Bots", exact=True).fill("900")
    page.get_by_role("button", name="Save the quotas").click()
    expect(page.get_by_text("The quotas hold from the next request on.")).to_be_visible()

    page.get_by_role("button", name="Add a member").click()
    dialog.get_by_label("Sign-in name").fill("eve")
    dialog.get_by_label("Role").select_option("trader")
    dialog.get_by_role("button", name="Add a member").click()
    expect(page.get_by_text("eve is a member.")).to_be_visible()
    page.get_by_label("Role of eve").select_option("viewer")
    expect(page.get_by_text("eve is now viewer.")).to_be_visible()
    visitor.look("settings")
    page.get_by_role("button", name="Remove eve").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("eve is no member any more.")).to_be_visible()


def test_real_money_is_allowed_in_words_alone(visit: Visit) -> None:
    """K-15."""
    visitor = visit("/settings", "admin")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Allow real money").click()
    allow = dialog.get_by_role("button", name="Allow it")
    expect(allow).to_be_disabled()
    dialog.get_by_label("The words").fill(WORDS.upper())
    expect(allow).to_be_disabled()
    dialog.get_by_label("The words").fill(WORDS)
    visitor.look("settings-real-money")
    allow.click()
    expect(page.get_by_text("Real money is allowed.")).to_be_visible()
    page.get_by_role("button", name="Forbid real money").click()
    expect(page.get_by_text("Real money is forbidden.")).to_be_visible()


def test_language_and_theme_change_at_once(visit: Visit) -> None:
    """S0-125."""
    visitor = visit("/settings", "viewer")
    page = visitor.page

    page.get_by_role("main").get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", name="Настройки", level=1)).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Светлая").click()
    expect(page.locator("html[data-theme=light]")).to_be_visible()
    visitor.look("settings-ru-light")
    page.get_by_role("main").get_by_role("button", name="English").click()
    page.get_by_role("main").get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Save the name")).to_have_count(0)
