"""The screen of markets, fed by a collector that runs."""

import re
from collections.abc import Callable, Generator

import pytest
from playwright.sync_api import WebSocketRoute, expect

from local.instruments.client import Client
from local.instruments.platform import ORGANIZATION, Platform
from tests.fixtures import furnished as full
from tests.fixtures.browser import Visit

pytestmark = pytest.mark.usefixtures("collected")
NOBODYS = "mexc"
"""An exchange of which the laptop collects nothing by itself."""
COLLECTING = "collecting"


@pytest.fixture
def flow(platform: Platform) -> Generator[Client]:
    """Disturb what the collector hears; afterwards it hears everything again."""
    control = Client(base=platform.address("flow_server"), token="")
    yield control
    control.post("/control/accepts", {"value": True})


def test_a_pair_shows_its_candles_book_trades_and_gaps(visit: Visit) -> None:
    """S4-057: what is shown says how far it can be trusted."""
    visitor = visit("/markets?exchange=binance&market=spot&pair=ETH/USDT", "viewer")
    page = visitor.page

    expect(page.get_by_role("heading", name="Candles of ETH/USDT")).to_be_visible()
    expect(page.locator("figure canvas").first).to_be_visible()
    expect(page.get_by_text(re.compile("candles? of 1m"))).to_be_visible()
    book = page.get_by_role("region", name="Order book")
    rungs = book.locator("tbody[aria-label=Asks] tr")
    expect(rungs).to_have_count(10)
    expect(book.get_by_text("Spread")).to_be_visible()
    expect(book.get_by_text("ago").first).to_be_visible()
    expect(page.get_by_role("heading", name="Gaps of the last hour")).to_be_visible()
    expect(page.get_by_role("region", name="Trades").get_by_role("row")).not_to_have_count(0)
    visitor.check()

    fine = rungs.last.locator("td").first.inner_text()
    assert re.search(r"\.\d\d$", fine), fine
    book.get_by_label("Depth").select_option("20")
    expect(rungs).to_have_count(20)
    book.get_by_label("Grouping").select_option("1")
    expect(rungs.last.locator("td").first).to_have_text(re.compile(r"\.\d$"))
    page.get_by_label("Interval").select_option("5m")
    expect(page.get_by_text(re.compile("candles? of 5m"))).to_be_visible()
    page.get_by_role("button", name="BTC/USDT").click()
    expect(page.get_by_role("heading", name="Candles of BTC/USDT")).to_be_visible()
    expect(page).to_have_url(re.compile("pair=BTC"))
    page.get_by_label("Market", exact=True).select_option("futures")
    expect(page).to_have_url(re.compile("market=futures"))


def deaf_to(topic: bytes) -> Callable[[WebSocketRoute], None]:
    """Keep from the page every message that names a topic."""

    def listen(page: WebSocketRoute) -> None:
        broker = page.connect_to_server()
        broker.on_message(
            lambda message: None if topic in as_bytes(message) else page.send(message)
        )

    return listen


def as_bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message


def test_a_market_that_nobody_collects_says_what_to_do(visit: Visit) -> None:
    visitor = visit("/markets", "viewer")

    visitor.page.get_by_label("Exchange", exact=True).select_option(NOBODYS)

    expect(visitor.page.get_by_text("Nothing is collected here")).to_be_visible()
    visitor.check()


def test_no_book_of_another_market_is_shown_while_one_is_read(visit: Visit) -> None:
    """A pair has one name in both markets, and two books."""
    visitor = visit("/markets?exchange=binance&market=spot&pair=BTC/USDT")
    page = visitor.page
    market = page.get_by_label("Market", exact=True)
    book = page.get_by_role("region", name="Order book")
    rungs = page.locator("tbody[aria-label=Asks] tr")
    unread = book.filter(has_text="Loading", has_not=rungs)
    page.route(re.compile(r"/api/book\?.*market=futures"), lambda _: None)
    page.route_web_socket(re.compile("^wss:"), deaf_to(b"/futures/"))
    visitor.sign_in("viewer", organization=ORGANIZATION)

    expect(rungs).to_have_count(10)
    market.select_option("futures")
    expect(unread).to_be_visible()
    market.select_option("spot")
    expect(rungs).to_have_count(10)
    market.select_option("futures")

    expect(unread).to_be_visible()


@pytest.mark.usefixtures("furnished")
@pytest.mark.pictured
def test_a_lost_feed_is_said_and_leaves_a_gap(visit: Visit, flow: Client) -> None:
    """S4-057: no level is shown that may be wrong, and what was missed stays to be seen."""
    visitor = visit(
        "/markets?exchange=binance&market=spot&pair=ETH/USDT",
        "viewer",
        organization=full.ORGANIZATION,
    )
    page = visitor.page
    book = page.get_by_role("region", name="Order book")
    gaps = page.get_by_role("region", name="Gaps of the last hour")
    rungs = book.locator("tbody[aria-label=Asks] tr")
    expect(book.get_by_text(re.compile("live$"))).to_be_visible()
    expect(rungs).to_have_count(10)

    flow.post("/control/accepts", {"value": False})
    flow.post("/control/cut", {"share": 1})

    expect(book.get_by_text(re.compile("(not believed|being read)$"))).to_be_visible()
    expect(rungs).to_have_count(0)
    visitor.look("markets-lost")
    flow.post("/control/accepts", {"value": True})
    expect(book.get_by_text(re.compile("live$"))).to_be_visible()
    expect(rungs).to_have_count(10)
    expect(gaps.get_by_text(re.compile(r"\d+ gaps? in the last hour"))).to_be_visible()
    expect(gaps.get_by_role("listitem").first).to_contain_text("book")


def test_a_trader_has_a_pair_collected_and_leaves_it(visit: Visit, platform: Platform) -> None:
    """S4-070: what is collected is the organization's to choose."""
    platform.api("admin", COLLECTING).put("/api/organization", {"name": "Collecting"})
    visitor = visit(
        "/markets/instruments?exchange=binance&market=spot", "trader", organization=COLLECTING
    )
    page = visitor.page

    page.get_by_role("searchbox").fill("XRP")
    page.get_by_role("button", name="Collect XRP/USDT").click()
    expect(page.get_by_text("collected for you")).to_be_visible()
    visitor.check()

    page.get_by_role("link", name="Collectors").click()
    expect(page.get_by_text("fresh").first).to_be_visible()
    page.get_by_role("button", name="Let it rest: XRP/USDT").click()
    expect(page.get_by_text("resting")).to_be_visible()
    page.get_by_role("button", name="Collect again: XRP/USDT").click()
    expect(page.get_by_text("resting")).to_have_count(0)
    fleet = page.get_by_role("region", name="The platform's collectors").first
    expect(fleet.get_by_role("row").nth(1)).to_contain_text("collects")
    visitor.check()
    page.get_by_role("button", name="Remove: XRP/USDT").click()
    expect(page.get_by_text("Nothing was chosen yet")).to_be_visible()
