"""Every screen, empty and with something to show: for every eye, on every size, in each language."""

import contextlib
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Page

from local.instruments.platform import Platform
from tests.e2e.web.places import SCREENS
from tests.fixtures import furnished as full
from tests.fixtures.browser import DESK, Visit, Visitor

EMPTY = "nothing-yet"
SIZES = ((360, 740), (3840, 2160), DESK)
ON_PHONE = frozenset({"overview", "bot-orders", "markets"})
IN_RUSSIAN = frozenset({"overview", "bots", "bot-new"})
"""Screens that are pictured on a telephone too, and in the other language and the other theme."""

TOO_WIDE = """
async () => {
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  await frame();
  await frame(); // charts are drawn anew in the frame after the one that made them fit
  const width = document.documentElement.clientWidth;
  const shown = (it) => it.checkVisibility() && !it.closest('.sr-only, [aria-hidden=true]');
  const scrolls = (it) => {
    for (let up = it.parentElement; up && up.id !== 'main'; up = up.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const words = (it) => `${it.tagName.toLowerCase()} “${it.textContent.trim().slice(0, 40)}”`;
  const told = [];
  for (const it of [document.scrollingElement, document.querySelector('main')])
    if (it.scrollWidth > it.clientWidth + 1) told.push(`${it.tagName} scrolls sideways`);
  for (const it of document.querySelectorAll('main section[aria-label]'))
    if (width > 1200 && it.scrollWidth > it.clientWidth + 1)
      told.push(`${words(it)} scrolls sideways: ${it.scrollWidth} in ${it.clientWidth}`);
  for (const it of document.querySelectorAll('body *')) {
    if (!shown(it) || it.closest('svg')) continue;
    const { left, right } = it.getBoundingClientRect();
    if ((right > width + 1 || left < -1) && !scrolls(it) && !it.closest('a[href="#main"]'))
      told.push(`${words(it)} leaves the window`);
    const style = getComputedStyle(it);
    const cuts = style.overflowX === 'hidden' || ['BUTTON', 'SELECT'].includes(it.tagName);
    if (cuts && it.tagName !== 'SELECT' && it.scrollWidth > it.clientWidth + 1)
      told.push(`${words(it)} is cut`);
  }
  return told.slice(0, 12);
}
"""
"""What leaves the window or is cut; what lies in a box that scrolls may be wider than it, but a
table on a desk."""


def screens(visitor: Visitor, bot: str | None) -> Iterator[str]:
    """Go to each screen, and to each part of a bot where there is one; gives their names."""
    for name, path in SCREENS.items():
        visitor.go(path)
        yield name
    if bot is None:
        return
    visitor.go(f"/bots/{bot}")
    for tab in visitor.page.get_by_role("tab").all():
        tab.click()
        visitor.settle()
        part = tab.get_attribute("aria-controls") or ""
        yield f"bot-{part.rpartition('-')[2]}"


@contextlib.contextmanager
def in_light(page: Page) -> Generator[None]:
    """Show the page in the theme that it does not begin with."""
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    yield
    page.evaluate("document.documentElement.dataset.theme = 'dark'")


def too_wide(visitor: Visitor, name: str = "") -> list[str]:
    """Tell what is cut or leaves the window, on a telephone, a desk and a wall.

    Args:
        name: of the screen, where pictures of it are kept.
    """
    told: list[str] = []
    for width, height in SIZES:
        visitor.page.set_viewport_size({"width": width, "height": height})
        told += [f"at {width}: {one}" for one in visitor.page.evaluate(TOO_WIDE)]
        if width == SIZES[0][0] and name in ON_PHONE:
            visitor.picture(f"{name}-phone")
        if width == DESK[0] and name:
            visitor.picture(name)
    return told


def invisible(visitor: Visitor) -> list[str]:
    """Tell what axe finds in either theme; the light one differs by its colours alone."""
    told = visitor.faults()
    with in_light(visitor.page):
        return told + [f"in light: {one}" for one in visitor.faults("color-contrast")]


@pytest.fixture(scope="module")
def empty(platform: Platform) -> str:
    """An organization that was founded a moment ago."""
    platform.api("admin", EMPTY).put("/api/organization", {"name": "Nothing yet"})
    return EMPTY


@pytest.mark.usefixtures("collected")
def test_screens_with_nothing_on_them_fit_every_eye_and_window(visit: Visit, empty: str) -> None:
    visitor = visit("/", "admin", organization=empty)

    faults = [
        f"{screen}: {fault}"
        for screen in screens(visitor, None)
        for fault in invisible(visitor) + too_wide(visitor)
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("collected")
@pytest.mark.pictured
def test_screens_with_much_on_them_fit_every_eye_and_window(
    visit: Visit, furnished: dict[str, str]
) -> None:
    visitor = visit("/", "admin", organization=full.ORGANIZATION)

    faults = [
        f"{screen}: {fault}"
        for screen in screens(visitor, furnished[full.RUNNING])
        for fault in invisible(visitor) + too_wide(visitor, screen)
    ]

    assert not faults, "\n".join(faults)


@pytest.mark.usefixtures("collected")
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.pictured
def test_nothing_is_cut_in_russian(
    visit: Visit, empty: str, furnished: dict[str, str], filled: bool
) -> None:
    """S0-125: its words are longer; in light, with the charts drawn for it."""
    organization = full.ORGANIZATION if filled else empty
    bot = furnished[full.RUNNING] if filled else None
    visitor = visit("/", "admin", organization=organization, language="ru")
    person = visitor.page.locator("summary", has_text="admin")
    person.click()
    visitor.page.get_by_role("button", name="Светлые цвета").click()
    person.click()

    faults = [
        f"{screen}: {fault}"
        for screen in screens(visitor, bot)
        for fault in too_wide(visitor, f"{screen}-ru" if filled and screen in IN_RUSSIAN else "")
    ]

    assert not faults, "\n".join(faults)


def test_what_is_too_wide_is_found(visit: Visit) -> None:
    visitor = visit("/settings", "admin")
    visitor.settle()
    visitor.page.evaluate("""
        const heading = document.querySelector('main h1');
        heading.innerHTML = '<b>wide</b><button>Unbreakable</button>';
        Object.assign(heading.children[0].style, {display: 'block', width: '4000px'});
        Object.assign(heading.children[1].style, {width: '20px', whiteSpace: 'nowrap'});
    """)

    told = "\n".join(too_wide(visitor))

    assert "MAIN scrolls sideways" in told
    assert "b “wide” leaves the window" in told
    assert "button “Unbreakable” is cut" in told
