"""The screen of exchange keys, with a mouse and a real exchange on paper behind it."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from local.instruments.platform import ORGANIZATION, Platform
from tests.fixtures.browser import Visit


ADDRESSES = {
    "items": [
        {"egress_shard": number, "address": address}
        for number, address in enumerate(("203.0.113.7", "203.0.113.8"))
    ],
    "next_cursor": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    key: str
    secret: str


@pytest.fixture
def account(platform: Platform) -> Account:
    return opened(platform)


def opened(platform: Platform, *, withdrawals: bool = False) -> Account:
    made = platform.exchange().post(
        "/control/accounts",
        {"label": "screens", "balances": {"USDT": "1000"}, "withdrawals": withdrawals},
    )
    return Account(key=made["api_key"], secret=made["api_secret"])


def enter(page: Page, account: Account, label: str) -> None:
    page.get_by_role("button", name="Add a key").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Exchange").select_option("binance")
    dialog.get_by_label("World").select_option("paper")
    dialog.get_by_label("Label").fill(label)
    dialog.get_by_label("API key").fill(account.key)
    dialog.get_by_label("API secret").fill(account.secret)
    dialog.get_by_role("button", name="Ask the exchange and store").click()


def test_a_key_is_added_tested_replaced_encrypted_anew_and_deleted(
    visit: Visit, platform: Platform, account: Account
) -> None:
    """S0-120, S0-121, S0-122, S0-123."""
    visitor = visit("/keys", "trader")
    page, label = visitor.page, f"main {account.key[:6]}"

    enter(page, account, label)
    expect(page.get_by_text(f"“{label}” is stored")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=label)
    expect(row).to_contain_text("Accepted")
    expect(row).to_contain_text("cannot withdraw")
    expect(row).to_contain_text(account.key[-4:])
    expect(page.get_by_text(account.secret)).to_have_count(0)
    visitor.check()

    page.get_by_role("button", name=f"Test: {label}").click()
    expect(page.get_by_text(f"binance answered about “{label}”: Accepted.")).to_be_visible()
    page.get_by_role("button", name=f"Encrypt anew: {label}").click()
    expect(page.get_by_text(f"“{label}” is encrypted under a new data key.")).to_be_visible()

    other = opened(platform)
    page.get_by_role("button", name=f"Replace: {label}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("API key").fill(other.key)
    dialog.get_by_label("API secret").fill(other.secret)
    dialog.get_by_role("button", name="Ask the exchange and store").click()
    expect(page.get_by_text(f"“{label}” now holds the new key.")).to_be_visible()
    expect(row).to_contain_text(other.key[-4:])

    page.get_by_role("button", name=f"Delete: {label}").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the key").click()
    expect(page.get_by_text(f"“{label}” is forgotten.")).to_be_visible()
    expect(row).to_have_count(0)


def test_addresses_for_allow_lists_are_shown_and_copied(visit: Visit) -> None:
    """S0-120: the addresses that exchanges see bots come from; a laptop knows none of its own."""
    visitor = visit("/keys")
    page = visitor.page
    addresses = page.get_by_role("region", name="Addresses for the allow list")
    page.route("**/api/exchanges/addresses", lambda route: route.fulfill(json=ADDRESSES))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in("viewer", organization=ORGANIZATION)

    expect(addresses.get_by_role("listitem")).to_have_count(2)
    expect(addresses.get_by_role("listitem").first).to_contain_text("203.0.113.7")
    addresses.get_by_role("button", name="Copy 203.0.113.8").click()
    expect(addresses.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "203.0.113.8"
    visitor.check()


@pytest.mark.pictured
def test_a_key_that_can_withdraw_is_refused_and_the_reason_told(
    visit: Visit, platform: Platform
) -> None:
    """K-10: nothing is stored, and what is typed stays to be corrected."""
    visitor = visit("/keys", "trader")
    visitor.expected.append("status of 4")
    dangerous = opened(platform, withdrawals=True)

    enter(visitor.page, dangerous, "dangerous")

    dialog = visitor.page.get_by_role("dialog")
    expect(dialog.get_by_text("this key can withdraw funds").first).to_be_visible()
    expect(dialog.get_by_text("Why a key that can withdraw is refused")).to_be_visible()
    expect(dialog.get_by_label("API key")).to_have_value(dangerous.key)
    visitor.look("keys-refused")
    dialog.get_by_role("button", name="Cancel").click()
    expect(visitor.page.get_by_role("row").filter(has_text="dangerous")).to_have_count(0)


def test_what_is_missing_is_named_before_anything_is_sent(visit: Visit) -> None:
    visitor = visit("/keys", "trader")
    visitor.page.get_by_role("button", name="Add a key").first.click()
    dialog = visitor.page.get_by_role("dialog")

    dialog.get_by_role("button", name="Ask the exchange and store").click()

    expect(dialog.get_by_text("Fill this in.")).to_have_count(2)
    dialog.get_by_label("World").select_option("live")
    expect(dialog.get_by_text("Real money:")).to_be_visible()
    dialog.get_by_text("How to make the key").click()
    expect(dialog.get_by_text("Enable Withdrawals")).to_be_visible()
    visitor.check()


def test_a_viewer_sees_keys_and_has_nothing_to_press(visit: Visit) -> None:
    visitor = visit("/keys", "viewer")

    expect(visitor.page.get_by_role("heading", name="Exchange keys")).to_be_visible()
    expect(visitor.page.get_by_text("The platform does not know its addresses")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Add a key")).to_have_count(0)
    expect(visitor.page.get_by_role("button", name="Test:")).to_have_count(0)
