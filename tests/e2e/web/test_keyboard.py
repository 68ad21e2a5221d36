"""A hand that never leaves the keyboard makes a bot, starts it and stops it."""

import uuid
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from local.instruments.platform import Platform
from tests.fixtures.browser import Visit

MOST_INTERACTIONS = 12
MOST_TABS = 150
RUNS_IN_MS = 180_000
STOPPED_IN_MS = 150_000

FOCUSED = """
() => {
  const it = document.activeElement;
  const label = it.getAttribute('aria-label') ?? it.labels?.[0]?.innerText ?? it.innerText;
  return label.trim();
}
"""


@dataclass
class Keyboard:
    """Reaches controls with Tab alone, and counts what it does with them."""

    page: Page
    interactions: int = 0

    def reach(self, name: str) -> None:
        """Press Tab until the control has the focus, once it is there."""
        by_name = [
            self.page.get_by_role(role, name=name, exact=True)
            for role in ("button", "link", "combobox")
        ]
        expect(by_name[0].or_(by_name[1]).or_(by_name[2]).first).to_be_enabled()
        passed: list[str] = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(FOCUSED))
            if passed[-1] == name:
                return
        raise AssertionError(f"Tab never comes to {name!r}, but to {passed}")

    def press(self, name: str) -> None:
        self.reach(name)
        self.page.keyboard.press("Enter")
        self.interactions += 1

    def choose(self, name: str, option: str) -> None:
        """Walk down a list to one of its options, once it is there."""
        choice = self.page.get_by_role("combobox", name=name, exact=True)
        expect(choice.locator("option", has_text=option)).to_be_attached()
        self.reach(name)
        chosen = self.page.evaluate_handle("document.activeElement")
        for _ in range(chosen.evaluate("it => it.options.length")):
            if chosen.evaluate("it => it.value") == option:
                break
            self.page.keyboard.press("ArrowDown")
        expect(choice).to_have_value(option)
        self.interactions += 1


@pytest.fixture
def organization(platform: Platform) -> str:
    """One with a key, and nothing else."""
    name = f"keyboard-{uuid.uuid4().hex[:6]}"
    api = platform.api("admin", name)
    api.put("/api/organization", {"name": "Keyboard"})
    account = platform.exchange().post(
        "/control/accounts",
        {"label": name, "balances": {"USDT": "100000", "ETH": "50", "BNB": "20"}},
    )
    api.post(
        "/api/exchanges/credentials",
        {
            "exchange": "binance",
            "environment": "paper",
            "label": "desk",
            "api_key": account["api_key"],
            "api_secret": account["api_secret"],
        },
    )
    return name


@pytest.mark.usefixtures("collected")
def test_keys_alone_make_start_and_stop_a_bot_in_few_steps(visit: Visit, organization: str) -> None:
    """S0-110, S0-115: from sign-in to a running bot in twelve interactions, nothing typed."""
    page = visit("/", "trader", organization=organization).page
    hand = Keyboard(page)
    status = page.locator("[data-status]").first

    hand.press("New bot")
    hand.press("Next")
    hand.choose("Pair", "ETH-USDT")
    hand.press("Next")
    expect(page.get_by_role("textbox", name="Order amount")).not_to_have_value("")
    expect(page.get_by_role("region", name="The ladder in the book now")).to_be_visible()
    hand.press("Next")
    expect(page.get_by_text("What the orders bind while they rest")).to_be_visible()
    hand.press("Next")
    hand.press("Create the bot")
    hand.press("Start")
    expect(status).to_contain_text("running", timeout=RUNS_IN_MS)
    assert hand.interactions <= MOST_INTERACTIONS

    hand.press("Stop")
    hand.press("Stop the bot")
    expect(status).to_contain_text("stopped", timeout=STOPPED_IN_MS)
