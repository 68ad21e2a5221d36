"""Frames that HTX really sent, packed as they came, become the books that they hold."""

import ast
import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.domain.market import BookState, BookUpdate, Pair, Trade
from janym.live import feeds
from janym.ports.feeds import Alive, Send, Unknown

pytestmark = pytest.mark.corpus


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def raw(captures: Path, name: str) -> Iterator[tuple[int, bytes]]:
    """Give moment and bytes of each frame of a recorded connection."""
    for line in lines_of(captures / "htx/cryptofeed" / name):
        if not line.startswith("wss"):
            moment, _, frame = line.partition(": ")
            yield int(float(moment) * 1e9), ast.literal_eval(frame)


@pytest.mark.parametrize(
    ("market", "name", "pairs"),
    [("spot", "HUOBI.ws.44.0.txt", 10), ("futures", "HUOBI_SWAP.ws.1.0.txt", 5)],
)
def test_the_books_of_a_recorded_connection_are_those_of_its_last_frames(
    captures: Path, market: str, name: str, pairs: int
) -> None:
    feed = feeds.get("htx", market)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    last: dict[str, dict[str, Any]] = {}
    trades = pongs = 0

    for at_ns, frame in raw(captures, name):
        effects = session.receive(frame, at_ns)
        assert not [each for each in effects if isinstance(each, Unknown)]
        trades += sum(isinstance(each, Trade) for each in effects)
        pongs += sum(isinstance(each, Send) for each in effects)
        said = json.loads(gzip.decompress(frame), parse_float=Decimal)
        if said.get("ch", "").endswith("depth.step0"):
            last[said["ch"]] = said["tick"]

    assert len(last) == pairs
    assert trades
    assert pongs
    streams = {stream.token: stream for stream in session.streams.values()}
    for channel, tick in last.items():
        stream = streams[channel]
        assert stream.state is BookState.LIVE
        top = stream.book.top(None)
        assert top.bids == [(Decimal(price), Decimal(size)) for price, size in tick["bids"]]
        assert top.asks == [(Decimal(price), Decimal(size)) for price, size in tick["asks"]]


def test_an_incremental_book_joins_the_answer_with_its_number(captures: Path) -> None:
    """The frames stand in no order there: sorted by number they follow, up to one that is lost."""
    lines = lines_of(captures / "htx/tardis-node/map_huobi_messages.jsonl")
    frames = [json.loads(line) for line in lines]
    topic = "market.btcusdt.mbp.150"
    changes = sorted(
        (each for each in frames if each.get("ch") == topic), key=lambda each: each["ts"]
    )
    (answer,) = (each for each in frames if each.get("rep") == topic)
    feed = feeds.get("htx", "spot")
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    pair = Pair("BTC/USDT")

    effects = [*session.receive(json.dumps(changes[0]), 1), *session.receive(json.dumps(answer), 2)]
    for number, change in enumerate(changes[1:-1], start=3):
        effects += session.receive(json.dumps(change), number)
    stream = session.streams[pair]

    assert stream.state is BookState.LIVE
    assert stream.sequence == 109409288253
    assert sum(isinstance(each, BookUpdate) for each in effects) == stream.updates == 3
    assert stream.book.asks.size(int(Decimal("9138.67").scaleb(stream.book.scale.price_places)))
    session.receive(json.dumps(changes[-1]), 9)
    assert session.streams[pair].state is BookState.STALE


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_every_captured_frame_is_read_or_refused_by_name(captures: Path, market: str) -> None:
    feed = feeds.get("htx", market)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    frames = [
        json.loads(line)["raw"]
        for line in lines_of(captures / "htx/crypto-msg-parser/raw_messages.jsonl")
    ]
    for name in ("messages", "dm_messages", "dm_swap_messages", "dm_options_messages"):
        frames += lines_of(captures / f"htx/tardis-node/map_huobi_{name}.jsonl")
    read = 0

    for frame in frames:
        for effect in session.receive(gzip.compress(frame.encode()), 1):
            if isinstance(effect, Unknown):
                assert not effect.reason.startswith("not understood"), frame
            else:
                read += not isinstance(effect, Alive)

    assert read >= 30
