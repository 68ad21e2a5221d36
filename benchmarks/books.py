"""Order books: frames through session, law and book, compiled and not, beside other libraries.

Each round hands the same frames to each library's own message handler and reads the best prices
after each message; processor time is counted, and all must end in the same book. In each round
each hears the frames anew until it has worked for a fifth of a second.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import streams
from benchmarks.streams import Recorded
from benchmarks.table import Figure
from janym.book.keepers import BEST, COMPILED, PURE, Keeper
from janym.book.stream import Stream
from janym.domain.market import BookState, Market
from janym.feeds.feed import VenueFeed
from janym.live import feeds
from janym.ports.feeds import Purpose, Request, Session

HERE = Path(__file__).parent
PEERS_PYTHON = HERE.parent / ".local/envs/peers/bin/python"
PEERS = ("ccxt", "cryptofeed")
ROUNDS = 5
LONG_ENOUGH = 0.2
"""Seconds of a round; a processor needs some of them until it knows what comes."""
TIMES_FASTER = {"pure Python": 3.0, "compiled": 40.0}
"""Below this a change has made it slow."""
PAIRS = 2_000
MOST_MIB = 300
COMPARED = 40
SNAPSHOT = Request(purpose=Purpose.SNAPSHOT, path="", query={}, weight=0, symbol="BTCUSDT")

Levels = list[list[float]]


def measure() -> list[Figure]:
    """Measure both streams beside both peers, and the memory of many books."""
    if not streams.CAPTURE.exists():
        print(f"books: no captured frames at {streams.CAPTURE}", file=sys.stderr)
        return []
    captured = streams.binance()
    told = streams.bybit(captured)
    keepers = [PURE, *([COMPILED] if COMPILED else [])]
    figures = [*_beside(captured, keepers, "68 levels"), *_beside(told, keepers, "50 levels")]
    return [*figures, _memory(told)]


def _beside(recorded: Recorded, keepers: list[Keeper], what: str) -> list[Figure]:
    ours: dict[str, list[float]] = {keeper.name: [] for keeper in keepers}
    theirs: dict[str, list[float]] = {peer: [] for peer in PEERS}
    with tempfile.TemporaryDirectory() as folder:
        files = _written(recorded, Path(folder))
        for _ in range(ROUNDS):
            books: list[tuple[Levels, Levels]] = []
            for keeper in keepers:
                rate, book = _ours(recorded, keeper)
                ours[keeper.name].append(rate)
                books.append(book)
            for peer in PEERS:
                rate, other = _theirs(peer, recorded.venue, files)
                theirs[peer].append(rate)
                if any(other != book for book in books):
                    raise AssertionError(f"{peer} ends in another book of {recorded.venue}")
    name = f"frame to book, {recorded.venue}, {what}"
    return [
        Figure.beside(f"{name}, {keeper}", "msgs/s", rates, peer, times=TIMES_FASTER[keeper])
        for keeper, rates in ours.items()
        for peer in theirs.items()
    ]


def _ours(recorded: Recorded, keeper: Keeper) -> tuple[float, tuple[Levels, Levels]]:
    """Give messages a second, and the best levels at the end."""
    answers: dict[int, bytes] = {}
    messages, seconds = 0, 0.0
    while True:
        took, stream = _heard(recorded, keeper, answers)
        messages, seconds = messages + len(recorded.frames), seconds + took
        if stream.state is not BookState.LIVE or stream.updates != len(recorded.frames):
            raise AssertionError(f"{stream.updates} of {len(recorded.frames)} were written")
        if seconds >= LONG_ENOUGH:
            break
    top = stream.book.top(COMPARED)
    bids, asks = ([[float(p), float(q)] for p, q in side] for side in top)
    return messages / seconds, (bids, asks)


def _heard(recorded: Recorded, keeper: Keeper, answers: dict[int, bytes]) -> tuple[float, Stream]:
    """Hear all frames once; give the seconds that it took, and the book.

    A wish for a new snapshot is answered at once, with the book as it was then.
    """
    frames = [frame.encode() for frame in recorded.frames]
    session = _session(recorded, keeper)
    receive, bid, ask, answering = session.receive, None, None, 0.0
    began = time.process_time()
    receive(frames[0], 0)
    (stream,) = session.streams.values()
    for at_ns, frame in enumerate(frames[1:], start=1):
        effects = receive(frame, at_ns)
        if len(effects) > 1:
            answering -= time.process_time()
            if at_ns not in answers:
                answers[at_ns] = recorded.answer(at_ns).encode()
            answering += time.process_time()
            session.answered(SNAPSHOT, 200, answers[at_ns], at_ns)
        book = stream.book
        bid, ask = book.bids.best, book.asks.best
    took = time.process_time() - began - answering
    if not (bid and ask):
        raise AssertionError("no best prices")
    return took, stream


def _session(recorded: Recorded, keeper: Keeper = BEST) -> Session:
    feed = feeds.get(recorded.venue, Market.FUTURES)
    assert isinstance(feed, VenueFeed)
    feed = feed.kept_by(keeper)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    if recorded.snapshot is not None:
        session.answered(SNAPSHOT, 200, recorded.snapshot.encode(), 0)
    return session


def _theirs(peer: str, venue: str, files: list[str]) -> tuple[float, tuple[Levels, Levels]]:
    command = [str(PEERS_PYTHON), str(HERE / "peers/books.py"), peer, venue, *files]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    said = json.loads(ran.stdout.splitlines()[-1])
    return said["messages"] / said["seconds"], (said["bids"], said["asks"])


def _written(recorded: Recorded, folder: Path) -> list[str]:
    frames = folder / "frames"
    frames.write_text("\n".join(recorded.frames))
    if recorded.snapshot is None:
        return [str(frames)]
    snapshot = folder / "snapshot"
    snapshot.write_text(recorded.snapshot)
    return [str(frames), str(snapshot)]


def _memory(recorded: Recorded) -> Figure:
    """Keep many books in a process of its own, and see what it takes in all."""
    context = multiprocessing.get_context("spawn")
    answer: multiprocessing.Queue[float] = context.Queue()
    child = context.Process(target=_keep, args=(recorded, answer))
    child.start()
    taken = answer.get(timeout=300)
    child.join()
    name = f"memory of a process with {PAIRS} books of 50 levels, {BEST.name}"
    return Figure(name=name, value=taken, unit="MiB", runs=1, min=taken, max=taken, goal=MOST_MIB)


def _keep(recorded: Recorded, answer: "multiprocessing.Queue[float]") -> None:
    session = _session(recorded)
    for at_ns, frame in enumerate(recorded.frames[:100]):
        for number in range(PAIRS):
            name = f"orderbook.50.P{number}USDT"
            session.receive(frame.replace("orderbook.50.BTCUSDT", name).encode(), at_ns)
    if len(session.streams) != PAIRS:
        raise AssertionError(f"{len(session.streams)} books instead of {PAIRS}")
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    answer.put(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)
