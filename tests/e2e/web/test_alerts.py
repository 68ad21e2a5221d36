"""The screen of alerts: rules, channels, what was told."""

import uuid

import pytest
from playwright.sync_api import expect

from local.instruments.platform import Platform
from tests.fixtures.browser import Visit


QUIET = "quiet"
"""An organization in which nothing ever happens."""


@pytest.fixture
def channel(platform: Platform) -> str:
    """Have a channel that rules can name, and give its label."""
    label = f"night {uuid.uuid4().hex[:6]}"
    target = {
        "kind": "webhook",
        "url": "https://alerts.example.com/night",
        "secret": "0123456789abcdef",
    }
    platform.api("trader").post("/api/alerts/channels", {"label": label, "target": target})
    return label


def test_a_channel_is_kept_tested_rested_and_forgotten(visit: Visit) -> None:
    visitor = visit("/alerts/channels", "trader")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Add a channel").click()
    dialog.get_by_role("button", name="Store, encrypted").click()
    expect(dialog.get_by_text("Fill this in.")).to_have_count(3)
    for kind, label in (
        ("email", "Mail address"),
        ("slack", "Address (https)"),
        ("telegram", "Chat id"),
        ("pagerduty", "Routing key"),
    ):
        dialog.get_by_label("By", exact=True).select_option(kind)
        expect(dialog.get_by_label(label)).to_be_visible()
    dialog.get_by_label("By", exact=True).select_option("webhook")
    dialog.get_by_label("Label").fill("desk")
    dialog.get_by_label("Address (https)").fill("https://alerts.example.com/hook")
    dialog.get_by_label("Secret").fill("0123456789abcdef")
    dialog.get_by_label("Quiet hours").check()
    dialog.get_by_label("From").fill("23:00")
    visitor.check()
    dialog.get_by_role("button", name="Store, encrypted").click()
    expect(page.get_by_text("“desk” is kept.")).to_be_visible()
    expect(page.get_by_text("quiet 23:00")).to_be_visible()
    expect(page.get_by_text("0123456789abcdef")).to_have_count(0)

    page.get_by_role("button", name="Send a test: desk").click()
    expect(page.get_by_text("A test is on its way")).to_be_visible()
    expect(page.get_by_role("region", name="desk").get_by_text("test", exact=True)).to_be_visible()
    page.get_by_role("button", name="Let it rest: desk").click()
    page.get_by_role("button", name="Switch on: desk").click()
    expect(page.get_by_role("button", name="Let it rest: desk")).to_be_visible()
    visitor.check()

    page.get_by_role("button", name="Delete: desk").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“desk” is forgotten.")).to_be_visible()


def test_a_rule_is_kept_changed_and_forgotten(visit: Visit, channel: str) -> None:
    visitor = visit("/alerts/rules", "trader")
    page = visitor.page
    dialog = page.get_by_role("dialog")

    page.get_by_role("button", name="Add a rule").click()
    dialog.get_by_label("Watch for").select_option("drawdown")
    dialog.get_by_label("Share, per cent").fill("120")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Above 0 and up to 100 per cent.")).to_be_visible()
    dialog.get_by_label("Share, per cent").fill("12.5")
    dialog.get_by_label(channel).check()
    dialog.get_by_label("How grave").select_option("critical")
    visitor.check()
    dialog.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="Drawdown")
    expect(row).to_contain_text("12.5 %")
    expect(row).to_contain_text(channel)
    expect(row).to_contain_text("critical")

    page.get_by_role("button", name="Change: Drawdown").click()
    expect(dialog.get_by_label("Share, per cent")).to_have_value("12.5")
    dialog.get_by_label("Watching").uncheck()
    dialog.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("resting")
    visitor.check()

    page.get_by_role("button", name="Delete: Drawdown").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The rule is gone.")).to_be_visible()


def test_a_quiet_feed_says_what_to_do(visit: Visit, platform: Platform) -> None:
    platform.api("admin", QUIET).put("/api/organization", {"name": "Quiet"})
    visitor = visit("/alerts", "viewer", organization=QUIET)
    page = visitor.page

    expect(page.get_by_text("Nothing to report")).to_be_visible()
    visitor.check()
    page.get_by_label("State").select_option("open")
    expect(page.get_by_text("None in this state.")).to_be_visible()
    page.get_by_role("link", name="Rules", exact=True).click()
    expect(page.get_by_text("A trader or an admin may change this.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a rule")).to_have_count(0)
