"""What a browser loads before it shows anything is small, and holds no script of its own."""

import gzip
import json
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from local.layout import ROOT

BUILD = ROOT / "web" / "dist"
FIRST_LOAD_BYTES = 250_000
FIRST_SCREEN = "src/screens/overview/route.tsx"
ON_REQUEST = ("lightweight-charts", "uplot", "src/screens/markets/Candles")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    assert (BUILD / "index.html").is_file(), "run `make terminal`"
    return json.loads((BUILD / ".vite/manifest.json").read_text())


class Page(HTMLParser):
    """What a page loads by itself, and what it would run or style without a file."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: set[str] = set()
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given:
            self.inline.append("<script>")
        if tag == "style":
            self.inline.append("<style>")
        self.inline += [
            f"<{tag} {name}>" for name in given if name.startswith("on") or name == "style"
        ]
        if tag == "script" or given.get("rel") in {"stylesheet", "modulepreload"}:
            self.loaded.add(str(given.get("src") or given.get("href")).lstrip("/"))


@pytest.fixture(scope="module")
def page(manifest: dict[str, Any]) -> Page:
    del manifest
    read = Page()
    read.feed((BUILD / "index.html").read_text())
    return read


def chunks(manifest: dict[str, Any], *names: str) -> set[str]:
    """Follow static imports: everything that comes before a line of these chunks runs."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += manifest[name].get("imports", [])
    return found


def files(manifest: dict[str, Any], names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield manifest[name]["file"]
        yield from manifest[name].get("css", [])


def weight(names: Iterable[str]) -> int:
    """Bytes on the wire, gzipped as CloudFront does."""
    return sum(len(gzip.compress((BUILD / name).read_bytes(), 6)) for name in names)


def test_the_page_loads_what_it_will_import_and_nothing_else(
    page: Page, manifest: dict[str, Any]
) -> None:
    assert page.loaded == set(files(manifest, chunks(manifest, "index.html")))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_first_load_is_small(manifest: dict[str, Any], language: str) -> None:
    """The page, its words and its first screen, gzipped: at most 250 kB."""
    first = chunks(manifest, "index.html", f"src/i18n/{language}.ts", FIRST_SCREEN)
    total = weight({"index.html", *files(manifest, first)})

    assert total <= FIRST_LOAD_BYTES, f"{total:,} bytes"


def test_charts_and_other_screens_come_when_they_are_asked_for(manifest: dict[str, Any]) -> None:
    """Nothing of them is among what the entry imports, and every screen is a chunk of its own."""
    first = chunks(manifest, "index.html", FIRST_SCREEN)
    screens = {
        f"src/screens/{path.parent.relative_to(ROOT / 'web/src/screens')}/route.tsx"
        for path in (ROOT / "web/src/screens").rglob("route.tsx")
    }
    lazy = {name for name, chunk in manifest.items() if chunk.get("isDynamicEntry")}

    assert screens <= lazy
    assert first & screens == {FIRST_SCREEN}
    assert [name for name in first if any(library in name for library in ON_REQUEST)] == []
    for library in ("lightweight-charts", "uplot"):
        holders = {name for name in manifest if marks(library) in source(manifest, name)}
        assert holders, f"{library} is not in the build: does this test still look for it rightly?"
        assert not holders & first


def test_the_page_runs_nothing_that_is_not_a_file(page: Page) -> None:
    """The Content-Security-Policy allows files of this origin alone."""
    assert page.inline == []
    assert all(path.startswith("assets/") for path in page.loaded)


def marks(library: str) -> str:
    """Return a text that a library alone has, and keeps when it is made small."""
    return {"lightweight-charts": "TradingView", "uplot": "u-legend"}[library]


def source(manifest: dict[str, Any], name: str) -> str:
    return (BUILD / manifest[name]["file"]).read_text()
