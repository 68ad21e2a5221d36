"""Frames that KuCoin really sent become the books that its own rules lead to."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.domain.market import Pair
from janym.live import feeds
from janym.ports.feeds import Unknown
from janym.usecases import replay

pytestmark = pytest.mark.corpus
Side = dict[Decimal, Decimal]


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def session_log(captures: Path) -> list[tuple[float, str, dict[str, Any]]]:
    """Give arrivals of a recorded session in order: moment, address or nothing, what came."""
    folder = captures / "kucoin/cryptofeed"
    arrived: list[tuple[float, str, dict[str, Any]]] = []
    for line in lines_of(folder / "KUCOIN.http.0.0.txt"):
        url, arrow, rest = line.partition(" -> ")
        if arrow:
            moment, _, body = rest.partition(": ")
            arrived.append((float(moment), url, json.loads(body)))
    for line in lines_of(folder / "KUCOIN.ws.1.0.txt"):
        moment, _, frame = line.partition(": ")
        if not line.startswith("wss") and frame.startswith("{"):
            arrived.append((float(moment), "", json.loads(frame)))
    return sorted(arrived, key=lambda each: each[0])


def by_the_rules(log: list[tuple[float, str, dict[str, Any]]]) -> dict[str, list[Side]]:
    """Write each change over its snapshot where its own number is later: KuCoin's calibration."""
    snapshots = {url.rpartition("symbol=")[2]: said["data"] for _, url, said in log if url}
    changes = [said["data"] for _, _, said in log if said.get("subject") == "trade.l2update"]
    books: dict[str, list[Side]] = {}
    for data in changes:
        symbol = data["symbol"]
        snapshot = snapshots[symbol]
        if symbol not in books:
            books[symbol] = [side_of(snapshot[name]) for name in ("bids", "asks")]
        for side, name in zip(books[symbol], ("bids", "asks"), strict=True):
            news = [
                each for each in data["changes"][name] if int(each[2]) > int(snapshot["sequence"])
            ]
            side.update(side_of(news))
    return books


def side_of(levels: list[list[str]]) -> Side:
    """A price of 0 only counts."""
    return {Decimal(level[0]): Decimal(level[1]) for level in levels if Decimal(level[0])}


def shown(side: Side, *, best_is_highest: bool) -> list[tuple[Decimal, Decimal]]:
    return sorted(((p, q) for p, q in side.items() if q), reverse=best_is_highest)[:50]


def test_the_books_of_a_recorded_session_are_right_level_by_level(captures: Path) -> None:
    """S4-022, S4-024: sequence, snapshot and changes as they came in 2021."""
    log = session_log(captures)
    lines = [
        f"#rest {url} {json.dumps(said)}" if url else f"{int(at * 1e9)} {json.dumps(said)}"
        for at, url, said in log
    ]

    books = replay.run(feeds.get("kucoin", "spot"), [line.encode() for line in lines])

    right = by_the_rules(log)
    assert len(right) == 5
    for symbol, (bids, asks) in right.items():
        book = books[Pair(symbol.replace("-", "/"))]
        assert (book["gaps"], book["stale"]) == (0, False), symbol
        assert [(Decimal(p), Decimal(q)) for p, q in book["bids"]] == shown(
            bids, best_is_highest=True
        )
        assert [(Decimal(p), Decimal(q)) for p, q in book["asks"]] == shown(
            asks, best_is_highest=False
        )


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_every_captured_frame_is_read_or_refused_by_name(captures: Path, market: str) -> None:
    feed = feeds.get("kucoin", market)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    frames = [
        json.loads(line)["raw"]
        for line in lines_of(captures / "kucoin/crypto-msg-parser/raw_messages.jsonl")
    ]
    frames += lines_of(captures / "kucoin/tardis-node/map_kucoin_messages.jsonl")
    read = 0

    for frame in frames:
        for effect in session.receive(frame, 1):
            if isinstance(effect, Unknown):
                assert not effect.reason.startswith("not understood"), frame
            else:
                read += 1

    assert read >= 10
