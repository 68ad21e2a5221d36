"""The browser that every other test of the terminal looks through."""

from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserType, Error, expect

from local import clock, pki
from local.instruments.platform import Platform
from tests.fixtures.browser import Visit, browsing


def test_a_browser_reads_what_the_platform_serves(visit: Visit) -> None:
    visitor = visit("/docs")

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Janym")
    visitor.check()


def test_what_a_page_complains_of_is_heard(visit: Visit) -> None:
    visitor = visit("/docs")
    visitor.page.evaluate("console.error('not well')")
    visitor.page.evaluate("setTimeout(() => { throw new Error('worse') })")
    visitor.page.wait_for_function("true")

    assert [one.split(" (")[0] for one in visitor.complaints] == [
        "console: not well",
        "thrown: worse",
    ]
    visitor.expected += ["not well", "worse"]


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    visitor = visit("/docs")
    visitor.page.evaluate("document.body.append(document.createElement('button'))")

    with pytest.raises(AssertionError, match="button-name"):
        visitor.check()


def test_another_servers_certificate_is_not_trusted(
    chromium: BrowserType, scratch: Path, platform: Platform, tmp_path: Path
) -> None:
    """The stack's own key is let in by name; every other certificate is checked as ever."""
    pki.create(tmp_path, at=clock.now())

    with (
        browsing(chromium, scratch, tmp_path / "server.crt") as browser,
        pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"),
    ):
        browser.new_page().goto(platform.address("gateway"))


def test_a_browser_leaves_nothing_behind(
    chromium: BrowserType, scratch: Path, tmp_path: Path
) -> None:
    pki.create(tmp_path, at=clock.now())
    profiles, processes = left_by_browsers(scratch)

    with browsing(chromium, scratch, tmp_path / "server.crt"):
        assert left_by_browsers(scratch) != (profiles, processes)

    assert left_by_browsers(scratch) == (profiles, processes)


def left_by_browsers(scratch: Path) -> tuple[set[str], set[int]]:
    """Return the profiles in the scratch folder, and the processes that name it."""
    profiles = {entry.name for entry in scratch.glob("playwright*")}
    return profiles, {p.pid for p in psutil.process_iter() if str(scratch) in _line(p)}


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
