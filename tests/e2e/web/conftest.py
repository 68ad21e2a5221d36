"""One stack and one browser for all screens; a window for each test."""

import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.instruments.platform import Platform
from tests.fixtures.browser import Visitor, browsing, driving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Generator[Platform]:
    """Run a stack; `STACK=DIR` looks at one that runs already, and leaves it running."""
    there = os.environ.get("STACK")  # noqa: TID251 - for whoever works on a screen
    if there:
        yield Platform.attached(Path(there))
        return
    home = tmp_path_factory.mktemp("terminal")
    home.chmod(0o755)
    running = Platform.start(home / "stack")
    yield running
    running.stop()


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


@pytest.fixture
def visit(browser: "Browser", platform: Platform) -> Generator[Callable[[str], Visitor]]:
    """Open a window at a path; what its page complains of fails the test."""
    visitors: list[Visitor] = []

    def at(path: str) -> Visitor:
        visitor = Visitor.at(browser)
        visitors.append(visitor)
        visitor.page.goto(platform.address("gateway") + path)
        return visitor

    yield at
    for visitor in visitors:
        visitor.leave()
