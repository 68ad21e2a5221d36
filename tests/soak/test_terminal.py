"""The terminal when something it needs is away, holds very much, or moves very often."""

import json
import re
import sys
from collections.abc import Generator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local import clock
from local.instruments.client import Client, Refused
from local.instruments.platform import ORGANIZATION, Platform
from local.instruments.waiting import until
from local.issuer import load_key, mint
from tests.fixtures.browser import Visitor, browsing, driving
from tests.soak.witness import questioned

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BOTS = 500
BOOK = "/api/book?exchange=binance&market=spot&pair=ETH/USDT&limit=10"
DAY_S = 24 * 3600
BACK_IN_MS = 90_000
STALE_IN_MS = 90_000
RUNS_IN_MS = 180_000
ROUNDS = 4
BOOK_S = 15
STILL_S = 10
FRAME_MS = 1000 / 60
PARTS = {
    "all_ms": "TaskDuration",
    "script_ms": "ScriptDuration",
    "style_ms": "RecalcStyleDuration",
    "layout_ms": "LayoutDuration",
}
"""Of the page's thread: what the browser calls each."""
SETTINGS = {"bid_spread": "0.0005", "ask_spread": "0.0005", "order_amount": "0.05",
            "order_refresh_time": "5"}  # fmt: skip
FRAMES = """(seconds) => new Promise((done) => {
    const gaps = []; const began = performance.now(); let last = began; let seen = 0;
    const book = document.querySelector('main table caption')?.parentElement;
    let text = book?.textContent;
    const frame = (now) => {
        gaps.push(now - last); last = now;
        if (book && text !== (text = book.textContent)) seen++;
        if (now - began < seconds * 1000) requestAnimationFrame(frame);
        else done({gaps: gaps.slice(1), seen});
    };
    requestAnimationFrame(frame);
})"""
"""Watches frames come, and counts those on which the book is another; reads no layout."""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Generator[Platform]:
    home = tmp_path_factory.mktemp("terminal")
    home.chmod(0o755)
    running = Platform.start(home / "stack")
    running.api("admin").put("/api/organization", {"name": "Demo"})
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Generator["Browser"]:
    scratch = tmp_path_factory.mktemp("browser")
    certificate = Path(platform.description["paths"]["pki"]) / "server.crt"
    with driving(scratch) as kind, browsing(kind, scratch, certificate) as running:
        yield running


@pytest.fixture
def visitor(browser: "Browser") -> Generator[Visitor]:
    """A window; what these tests break on purpose is said on its console."""
    opened = Visitor.at(browser, locale="en-GB")
    opened.expected += ["Failed to load resource", "request: ", "WebSocket connection"]
    yield opened
    opened.leave()


@pytest.fixture(scope="module")
def credential(platform: Platform) -> str:
    """A key of an account with means at the exchange on paper."""
    account = platform.exchange().post(
        "/control/accounts",
        {"label": "soak", "balances": {"USDT": "100000", "ETH": "50", "BNB": "20"},
         "permissions": ["SPOT"], "withdrawals": False, "fee_asset": "BNB"},
    )  # fmt: skip
    stored = platform.api("trader").post(
        "/api/exchanges/credentials",
        {"exchange": "binance", "environment": "paper", "label": "soak",
         "api_key": account["api_key"], "api_secret": account["api_secret"]},
    )  # fmt: skip
    return str(stored["credential_id"])


@pytest.fixture(scope="module")
def bot(platform: Platform, credential: str) -> str:
    """A bot, stopped."""
    return create(platform.api("trader"), credential, "Soak")


def create(api: Client, credential: str, name: str) -> str:
    made = api.post(
        "/api/bots",
        {"name": name, "strategy_type": "pure_market_making", "exchange": "binance",
         "environment": "paper", "trading_pair": "ETH-USDT", "credential_id": credential,
         "config": SETTINGS},
    )  # fmt: skip
    return str(made["bot_id"])


def open_at(visitor: Visitor, platform: Platform, path: str, role: str = "trader") -> Page:
    visitor.page.goto(platform.address("gateway") + path)
    visitor.sign_in(role, organization=ORGANIZATION)
    expect(link(visitor.page, "live")).to_be_visible()
    return visitor.page


def link(page: Page, state: str) -> Locator:
    return page.locator(f"[data-link={state}]")


def report(name: str, **figures: object) -> None:
    sys.stdout.write(f"\n{name}: {json.dumps(figures, default=str)}\n")


@pytest.mark.usefixtures("bot")
def test_a_session_that_ends_takes_what_it_showed_with_it(
    visitor: Visitor, platform: Platform
) -> None:
    """S0-140: the day after, the page shows nothing of the organization until one signs in anew."""
    visitor.page.clock.install()
    page = open_at(visitor, platform, "/bots")
    expect(page.get_by_role("link", name="Soak", exact=True)).to_be_visible()

    page.clock.fast_forward(DAY_S * 1000)

    expect(page.get_by_text("Your sign-in ended")).to_be_visible()
    expect(page.get_by_text("Soak")).to_have_count(0)
    visitor.check()
    visitor.sign_in("trader", organization=ORGANIZATION)
    expect(page).to_have_url(re.compile("/bots$"))
    expect(page.get_by_role("link", name="Soak", exact=True)).to_be_visible()


@pytest.mark.usefixtures("bot")
def test_a_token_that_the_api_refuses_ends_the_session(
    visitor: Visitor, platform: Platform
) -> None:
    """S0-140: a token past its time, which the page still takes for good."""
    page = open_at(visitor, platform, "/bots")
    expect(page.get_by_role("link", name="Soak", exact=True)).to_be_visible()
    ended = mint(
        load_key(Path(platform.description["paths"]["pki"]) / "issuer.key"),
        issuer=platform.address("issuer"),
        organization=ORGANIZATION,
        role="trader",
        user="trader",
        at=clock.now() - timedelta(days=2),
    )

    def spoil(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": f"Bearer {ended}"})

    page.route("**/api/**", spoil)
    page.get_by_role("link", name="Orders", exact=True).click()

    expect(page.get_by_text("Your sign-in ended")).to_be_visible()
    expect(page.get_by_text("Soak")).to_have_count(0)


def test_while_the_api_is_away_nothing_is_shown_as_fresh(
    visitor: Visitor, platform: Platform, bot: str
) -> None:
    """Section 8: the page stays, says so, and is live again without being loaded anew."""
    page = open_at(visitor, platform, f"/bots/{bot}")
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    page.evaluate("window.same = true")

    platform.kill("gateway")
    expect(link(page, "lost")).to_be_visible()
    expect(page.get_by_text("The live connection is broken")).to_be_visible(timeout=STALE_IN_MS)
    expect(page.get_by_text("What follows is what was read last.").first).to_be_visible(
        timeout=STALE_IN_MS
    )
    expect(page.locator("[data-vital=answers]")).to_contain_text("no answer")
    expect(page.locator("[data-vital=bots]")).to_contain_text("—")
    start.click()
    expect(page.get_by_text("it may have been done or not")).to_be_visible(timeout=STALE_IN_MS)
    expect(page.locator("[data-stage]")).to_have_count(0)
    visitor.check()

    platform.revive("gateway")
    expect(link(page, "live")).to_be_visible(timeout=BACK_IN_MS)
    expect(page.get_by_text("The live connection is broken")).to_have_count(0)
    expect(page.get_by_text("What follows is what was read last.")).to_have_count(
        0, timeout=BACK_IN_MS
    )
    expect(page.locator("[data-vital=answers]")).to_contain_text("ms")
    platform.api("trader").put(f"/api/bots/{bot}", {"name": "Soak, named anew"})
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Soak, named anew", timeout=BACK_IN_MS
    )
    assert page.evaluate("window.same") is True
    platform.api("trader").put(f"/api/bots/{bot}", {"name": "Soak"})


def test_while_the_broker_is_away_what_is_asked_is_not_shown_as_done(
    visitor: Visitor, platform: Platform, bot: str
) -> None:
    """Section 8: figures grow old, a wish stays asked; both go on when the broker is back."""
    api = platform.api("trader")
    api.post(
        f"/api/bots/{bot}/start", {"log_level": "INFO", "script": None, "is_quickstart": False}
    )
    page = open_at(visitor, platform, f"/bots/{bot}")
    status = page.locator("[data-status]").first
    figures = page.get_by_role("region", name="Figures")
    expect(status).to_contain_text("running", timeout=RUNS_IN_MS)
    expect(figures).to_contain_text("ago", timeout=RUNS_IN_MS)
    expect(figures).not_to_contain_text("· old")

    with questioned(platform, bot):
        platform.kill("mosquitto")
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.locator("[data-stage=asked]").first).to_be_visible()
        expect(figures).to_contain_text("· old", timeout=STALE_IN_MS)
        expect(page.locator("[data-stage=asked]").first).to_be_visible()
        expect(status).not_to_contain_text("paused")

        platform.revive("mosquitto")
        expect(page.locator("[data-stage=done]").first).to_be_visible(timeout=BACK_IN_MS)
        expect(status).to_contain_text("paused", timeout=BACK_IN_MS)
        api.post(f"/api/bots/{bot}/stop", {"mode": "cancel_orders"})
        expect(status).to_contain_text("stopped", timeout=RUNS_IN_MS)


def test_five_hundred_bots_are_one_table(
    visitor: Visitor, platform: Platform, credential: str
) -> None:
    """S0-126: all are there to sort and search, and only those in sight are drawn."""
    api = platform.api("trader")
    limits = {
        "bots": BOTS + 10,
        "running_bots": 10,
        "credentials": 10,
        "requests_per_minute": 60_000,
    }
    platform.api("admin").put("/api/organization/limits", limits)
    there = len(api.every("/api/bots"))
    for number in range(BOTS - there):
        create(api, credential, f"Bot {number:03}")
    page = open_at(visitor, platform, "/bots", "viewer")
    began = page.evaluate("performance.now()")

    expect(page.get_by_text(f"{BOTS} rows")).to_be_visible()
    shown = page.evaluate("performance.now()")
    drawn = page.locator("tbody tr[data-index]").count()
    assert drawn < BOTS / 5
    first = page.locator("tbody tr[data-index]").first
    page.get_by_role("button", name=re.compile("^Name")).click()
    expect(first).to_contain_text("Bot 000")
    page.get_by_role("searchbox").fill("Bot 012")
    expect(page.get_by_text("1 row", exact=True)).to_be_visible()
    page.get_by_role("searchbox").fill("")
    page.evaluate("document.querySelector('tbody').closest('section').scrollTo(0, 1e6)")
    expect(page.locator(f"tbody tr[data-index='{BOTS - 1}']")).to_be_visible()
    visitor.check()
    report("five hundred bots", drawn=drawn, shown_after_ms=round(shown - began))


def test_a_minute_of_a_book_drops_no_more_frames_than_a_still_page(
    visitor: Visitor, platform: Platform
) -> None:
    """A book told four times a second, in turns with a page on which nothing moves.

    What the page drops by itself it drops in every turn; what other work on the machine makes it
    drop comes and goes. A picture's cost is counted by the processor, not by the clock.
    """
    api = platform.api("viewer")
    until("a book", lambda: asked(api), bool, limit_s=120)
    wanted = {"exchange": "binance", "market": "spot", "pair": "ETH/USDT", "depth": "50",
              "bbo": False, "priority": 1, "enabled": True}  # fmt: skip
    platform.api("trader").post("/api/monitoring", wanted)
    page = open_at(visitor, platform, "/settings", "viewer")
    still, moving = Watched(page), Watched(page)
    for _ in range(ROUNDS):
        visitor.go("/settings")
        visitor.rest()
        still.watch(STILL_S)
        visitor.go("/markets?exchange=binance&market=spot&pair=ETH/USDT")
        book = page.get_by_role("region", name="Order book")
        expect(book.get_by_text(re.compile("live$"))).to_be_visible(timeout=BACK_IN_MS)
        visitor.rest()
        moving.watch(BOOK_S)

    costs = {name: moving.dearer_than(still, part) for name, part in PARTS.items()}
    report(
        "a minute of a book",
        frames=moving.frames, late=moving.late, worst_ms=moving.worst_ms, pictures=moving.seen,
        still_frames=still.frames, still_late=still.late, still_worst_ms=still.worst_ms,
        each_picture=costs,
    )  # fmt: skip
    assert moving.seen > ROUNDS * BOOK_S, "the book hardly moved"
    assert costs["all_ms"] < FRAME_MS, "a picture of the book takes longer than a frame"
    turns = list(zip(moving.late, still.late, strict=True))
    assert any(ours <= max(0.01, 2 * usual) for ours, usual in turns), turns


class Watched:
    """Frames of a page, and what they cost its thread, gathered over several stretches."""

    def __init__(self, page: Page) -> None:
        self.late: list[float] = []
        """Of each stretch, the share of its frames."""
        self.frames = self.seen = 0
        self.worst_ms = 0.0
        self._seconds = 0
        self._page = page
        self._spent: dict[str, float] = {}
        self._browser: Any = page.context.new_cdp_session(page)
        self._browser.send("Performance.enable", {"timeDomain": "threadTicks"})

    def watch(self, seconds: int) -> None:
        before = self._counters()
        told: dict[str, Any] = self._page.evaluate(FRAMES, seconds)
        for name, after in self._counters().items():
            self._spent[name] = self._spent.get(name, 0) + after - before[name]
        self._seconds += seconds
        gaps: list[float] = told["gaps"]
        self.frames += len(gaps)
        self.worst_ms = max(self.worst_ms, *gaps)
        self.late.append(round(late(gaps) / len(gaps), 4))
        self.seen += told["seen"]

    def dearer_than(self, other: "Watched", part: str) -> float:
        """Give what each change that was seen cost the thread beyond another page, in ms."""
        beyond = self._spent[part] - other._spent[part] / other._seconds * self._seconds
        return round(beyond * 1000 / max(1, self.seen), 2)

    def _counters(self) -> dict[str, float]:
        told: list[dict[str, Any]] = self._browser.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in told}


def asked(api: Client) -> list[Any]:
    try:
        return list(api.get(BOOK)["bids"])
    except Refused as refused:
        if refused.status != HTTPStatus.NOT_FOUND:
            raise
        return []


def late(gaps: list[float]) -> int:
    """Count frames that came more than half a frame after their turn, at the pace most came at."""
    usual = sorted(gaps)[len(gaps) // 2]
    return sum(gap > 1.5 * usual for gap in gaps)
