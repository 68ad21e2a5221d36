"""Every frame that anybody captured of a venue is read, or refused by name; none is too much."""

import ast
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from re import compile as pattern

import pytest

from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from janym.ports.feeds import Unknown

pytestmark = pytest.mark.corpus

VENUES = sorted({str(venue) for venue, _ in FEEDS})
BYTES = pattern(r"[\d.]+: (b(?:'.*'|\".*\"))\s*$")
"""A frame as some logs write bytes."""
MOST_OF_A_FILE = 4_000
"""Frames of one file that are read; what follows is more of the same."""


@pytest.mark.parametrize("venue", VENUES)
def test_every_captured_frame_is_read_or_refused_by_name(venue: str, captures: Path) -> None:
    """S4-003, S4-004."""
    read, refused = 0, Counter[str]()
    for frame in frames(captures / venue):
        for feed in FEEDS.values():
            if feed.venue != venue:
                continue
            session = feed.session(feed.endpoints[0], {}, adopts=True)
            session.opened(0)
            effects = session.receive(frame, 1)
            unknown = [each for each in effects if isinstance(each, Unknown)]
            assert all(each.reason and each.excerpt for each in unknown), frame[:200]
            refused.update(each.reason[:40] for each in unknown)
            read += not unknown

    assert read or refused


@pytest.mark.parametrize("feed", FEEDS.values(), ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_nothing_that_anybody_sent_breaks_a_session(feed: VenueFeed, captures: Path) -> None:
    """One session hears the frames of its venue one after the other, and cut short as well."""
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    for at_ns, frame in enumerate(frames(captures / feed.venue)):
        session.receive(frame, at_ns)
        session.receive(frame[: len(frame) // 2], at_ns)

    session.tick(10**18)


def frames(folder: Path) -> Iterator[bytes]:
    """Give what looks like a frame in any of the forms that collections are kept in."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.stat().st_size > 8_000_000:
            continue
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        lines = raw.decode(errors="replace").lstrip("\ufeff").splitlines()
        if file.suffix == ".json":
            lines = ["".join(lines)]
        for line in lines[:MOST_OF_A_FILE]:
            yield from _frame(line)


def _frame(line: str) -> Iterator[bytes]:
    packed = BYTES.match(line)
    if packed is not None:
        literal = ast.literal_eval(packed[1])
        assert isinstance(literal, bytes)
        yield literal
        return
    start = line.find("{")
    if not 0 <= start < 40:
        return
    text = line[start:].strip()
    try:
        given = json.loads(text)
    except ValueError:
        yield text.encode()
        return
    if isinstance(given, dict):
        inner = given.get("message") or given.get("raw") or given.get("json") or given  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        yield inner.encode() if isinstance(inner, str) else json.dumps(inner).encode()
