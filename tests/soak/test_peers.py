"""Final books are those of cryptofeed and ccxt.pro, level by level, after the same frames.

The frames are the flow server's, in each venue's own format, and recorded ones where a recorded
connection has enough of one book.
"""

import base64
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from janym.book.book import OrderBook
from janym.book.keepers import COMPILED, PURE, Keeper
from janym.book.message import Snapshot
from janym.domain.market import BookState
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from local.layout import ROOT
from tests.soak.captured import CAPTURES
from tests.soak.pushed import Pushed

PEERS_PYTHON = ROOT / ".local/envs/peers/bin/python"
SCRIPT = ROOT / "benchmarks/peers/final.py"
STEPS, LEAST = 2_000, 20
"""Of the book, and levels of a side at the end."""
NOT_COVERED = {
    ("cryptofeed", "kucoin-futures"): "it knows KuCoin's spot market alone",
    ("cryptofeed", "htx-spot"): "it reads `depth.step0`, whole books of twenty levels",
    ("cryptofeed", "htx-futures"): "as on spot",
    **{
        (peer, f"{venue}-{market}"): f"it knows no {venue}"
        for peer, venue in (("cryptofeed", "mexc"), ("cryptofeed", "coinex"), ("ccxt", "coinex"))
        for market in ("spot", "futures")
    },
}
PEERS = ("cryptofeed", "ccxt")
FEEDS_THERE_ARE = {
    f"{feed.venue}-{feed.market}": feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)
}
COVERED = [
    (peer, name) for peer in PEERS for name in FEEDS_THERE_ARE if (peer, name) not in NOT_COVERED
]
KEEPERS = [PURE, *([COMPILED] if COMPILED else [])]


@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.name)
@pytest.mark.parametrize(("peer", "name"), COVERED)
def test_the_final_book_is_the_peers(peer: str, name: str, keeper: Keeper) -> None:
    """S4-003, S4-004, S4-022."""
    feed = FEEDS_THERE_ARE[name].kept_by(keeper)
    pushed = Pushed(feed)
    pushed.run(STEPS)

    theirs = _theirs(peer, feed, pushed.symbol, pushed.frames, pushed.snapshot)

    _are_equal(pushed.stream.book, theirs)


@pytest.mark.corpus
@pytest.mark.parametrize("keeper", KEEPERS, ids=lambda keeper: keeper.name)
@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("name", CAPTURES)
def test_the_final_book_of_a_recorded_connection_is_the_peers(
    captures: Path, name: str, peer: str, keeper: Keeper
) -> None:
    """S4-003, S4-022: frames that the venue sent."""
    capture = CAPTURES[name](captures)
    feed = capture.feed.kept_by(keeper)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    session.receive(capture.frames[0], 0)
    snapshot = None
    if capture.answer is not None:
        request = feed.recognize(capture.url)
        assert request is not None
        snapshot = feed.dialect.read_snapshot(request, capture.answer)
        session.answered(request, 200, capture.answer, 0)
    for at_ns, frame in enumerate(capture.frames[1:], start=1):
        session.receive(frame, at_ns)
    (stream,) = session.streams.values()
    assert stream.state is BookState.LIVE

    theirs = _theirs(peer, feed, capture.symbol, capture.frames, snapshot)

    _are_equal(stream.book, theirs)


def _are_equal(book: OrderBook, theirs: Mapping[str, list[list[float]]]) -> None:
    for ladder, ours, others in (
        (book.bids, book.top(None).bids, theirs["bids"]),
        (book.asks, book.top(None).asks, theirs["asks"]),
    ):
        assert len(ours) >= LEAST
        # Peers go on to show what lies beyond the snapshot's range, where levels may be missing.
        there = others if ladder.edge is None else others[: len(ours)]
        assert [[float(price), float(size)] for price, size in ours] == there


def _theirs(
    peer: str, feed: VenueFeed, symbol: str, frames: list[bytes], snapshot: Snapshot | None
) -> dict[str, list[list[float]]]:
    given: dict[str, Any] = {
        "peer": peer,
        "venue": feed.venue,
        "market": feed.market,
        "symbol": symbol,
        "frames": [base64.b64encode(frame).decode() for frame in frames],
        "snapshot": snapshot
        and {
            "bids": list(snapshot.bids),
            "asks": list(snapshot.asks),
            "sequence": snapshot.sequence,
        },
    }
    ran = subprocess.run(
        [PEERS_PYTHON, SCRIPT],
        input=json.dumps(given) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return json.loads(ran.stdout.splitlines()[-1])
