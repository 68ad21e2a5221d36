"""One stack and one browser for all screens; a window for each test."""

import os
from collections.abc import Generator
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.instruments.client import Refused
from local.instruments.platform import ORGANIZATION, Platform
from local.instruments.waiting import until
from tests.fixtures.browser import DESK, Visit, Visitor, browsing, driving
from tests.fixtures.furnished import furnish

COLLECTED_IN_S = 120
TICKERS = "/api/tickers?exchange=binance&market=spot"
BOOK = "/api/book?exchange=binance&market=spot&pair=ETH/USDT&limit=1"
LOCALES = {"en": "en-GB", "ru": "ru-RU"}

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Generator[Platform]:
    """Run a stack; `STACK=DIR` looks at one that runs already, and leaves it running."""
    there = os.environ.get("STACK")  # noqa: TID251 - for whoever works on a screen
    if there:
        yield found(Platform.attached(Path(there)))
        return
    home = tmp_path_factory.mktemp("terminal")
    home.chmod(0o755)
    running = Platform.start(home / "stack")
    yield found(running)
    running.stop()


def found(platform: Platform) -> Platform:
    """Found the organization that everybody signs in to."""
    platform.api("admin").put("/api/organization", {"name": "Demo"})
    return platform


@pytest.fixture(scope="package")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where browsers keep what they throw away."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="package")
def chromium(scratch: Path) -> Generator["BrowserType"]:
    with driving(scratch) as kind:
        yield kind


@pytest.fixture(scope="package")
def browser(chromium: "BrowserType", scratch: Path, platform: Platform) -> Generator["Browser"]:
    certificate = Path(platform.description["paths"]["pki"]) / "server.crt"
    with browsing(chromium, scratch, certificate) as running:
        yield running


@pytest.fixture(scope="package")
def furnished(platform: Platform) -> dict[str, str]:
    """An organization in which every screen shows something: its bots' ids by name."""
    return furnish(platform)


@pytest.fixture(scope="package")
def collected(platform: Platform) -> None:
    """Wait until the collector has written what screens show: a new stack takes a moment for it."""
    api = platform.api("viewer")

    def look() -> bool:
        try:
            return bool(api.get(TICKERS)["items"]) and bool(api.get(BOOK)["bids"])
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            return False
        except TimeoutError:  # a store that starts on a busy machine
            return False

    until("a collected book and trades", look, bool, limit_s=COLLECTED_IN_S)


@pytest.fixture
def visit(browser: "Browser", platform: Platform) -> Generator[Visit]:
    """Open a window at a path; what its page complains of fails the test."""
    visitors: list[Visitor] = []

    def at(
        path: str,
        role: str | None = None,
        *,
        size: tuple[int, int] = DESK,
        language: str = "en",
        organization: str = ORGANIZATION,
    ) -> Visitor:
        visitor = Visitor.at(browser, size=size, locale=LOCALES[language])
        visitors.append(visitor)
        visitor.page.goto(platform.address("gateway") + path)
        if role:
            visitor.sign_in(role, organization=organization)
        return visitor

    yield at
    for visitor in visitors:
        visitor.leave()
