"""From socket to subscriber: frames a second through a connection, its session and its books.

A process of its own sends Bybit's messages of 50 levels over loopback as fast as they are taken;
this one reads them with the collector's own connection, and a subscriber reads the best prices
after each. One core sends, one receives.
"""

import asyncio
import logging
import multiprocessing
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import picows

from benchmarks import streams
from benchmarks.table import Figure
from janym.book.keepers import COMPILED, PURE, Keeper
from janym.book.stream import Stream
from janym.domain.market import BookUpdate, Channel, Depth, Listing, Market, Pair, Subscription
from janym.feeds.feed import VenueFeed
from janym.live import dialing, feeds
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import Answer
from janym.live.links import Link, Room
from janym.ports.feeds import Endpoint, Request

TIMES = 24
"""How often the recorded stream is said in one round."""
ROUNDS = 5
MOST_WAITING = 1 << 20
PAIR = Pair("BTC/USDT")
TAKEN = b'{"success":true,"ret_msg":"","req_id":"1","op":"subscribe"}'
UNTYPED: Any = picows
FLOORS = {Library.PICOWS: 20_000, Library.WEBSOCKETS: 5_000}
"""What a busy machine still reaches by the wall clock; the wish is 200,000 a second."""


def measure() -> list[Figure]:
    """Measure both libraries, with compiled books and others, in turns."""
    if not streams.CAPTURE.exists():
        print(f"sockets: no captured frames at {streams.CAPTURE}", file=sys.stderr)
        return []
    ways = [(library, keeper) for library in Library for keeper in (PURE, COMPILED) if keeper]
    rates: list[list[tuple[float, float]]] = [[] for _ in ways]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frames"
        file.write_text("\n".join(streams.repeated(streams.bybit(streams.binance()), TIMES)))
        for number in range(ROUNDS + 1):
            for (library, keeper), measured in zip(ways, rates, strict=True):
                rate = asyncio.run(_round(library, keeper, file))
                if number:
                    measured.append(rate)
    return [
        figure
        for (library, keeper), measured in zip(ways, rates, strict=True)
        for figure in _figures(library, keeper, measured)
    ]


def _figures(library: Library, keeper: Keeper, rates: list[tuple[float, float]]) -> list[Figure]:
    name = f"socket to book to subscriber, {library}, {keeper.name}"
    return [
        Figure.of(
            f"{name}: by the wall clock",
            "messages/s",
            [wall for wall, _ in rates],
            floor=FLOORS[library],
        ),
        Figure.of(f"{name}: by the receiver's own time", "messages/s", [core for _, core in rates]),
    ]


class _Nothing:
    """Answers no request: these books begin in their stream."""

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        raise AssertionError(f"{origin}{request.path} is not needed")


async def _round(library: Library, keeper: Keeper, file: Path) -> tuple[float, float]:
    context = multiprocessing.get_context("spawn")
    given, go = context.Queue(), context.Event()
    sender = context.Process(target=_serve, args=(file, given, go), daemon=True)
    sender.start()
    try:
        there = await asyncio.to_thread(given.get, True, 60)
        return await _receive(library, keeper, there, go)
    finally:
        sender.kill()
        sender.join()


async def _receive(
    library: Library, keeper: Keeper, there: tuple[int, int], go: Event
) -> tuple[float, float]:
    port, frames = there
    feed = feeds.get("bybit", "futures")
    assert isinstance(feed, VenueFeed)
    feed = feed.kept_by(keeper)
    url = f"ws://127.0.0.1:{port}/v5/public/linear"
    endpoint = Endpoint(name="public", url=url, channels=frozenset(Channel))
    room = Room(
        feed=feed,
        endpoints=[endpoint],
        rest="",
        dial=dialing.dialer(library),
        fetching=_Nothing(),
        connects=Budget(pace(feed.limits.connections), _now),
        weight=Budget(pace(feed.limits.weight), _now),
        now=_now,
        now_ns=time.time_ns,
        chance=lambda: 0.5,
    )
    listing = Listing(
        venue=feed.venue,
        market=Market.FUTURES,
        pair=PAIR,
        symbol="BTCUSDT",
        tick=Decimal("0.10"),
        step=Decimal("0.001"),
    )
    heard = _Subscriber(frames)
    link = Link(room, endpoint, feed.session(endpoint, {PAIR: listing}), heard.hear)
    link.subscribe([Subscription(pair=PAIR, channel=Channel.BOOK, depth=Depth.FIFTY)])
    running = asyncio.create_task(link.run())
    await heard.first.wait()
    began, busy = time.perf_counter(), time.process_time()
    go.set()
    await heard.last.wait()
    took, worked = time.perf_counter() - began, time.process_time() - busy
    link.leave()
    await running
    return (frames - 1) / took, (frames - 1) / worked


class _Subscriber:
    """Reads the best prices after each message."""

    _stream: Stream | None = None

    def __init__(self, frames: int) -> None:
        self.first, self.last = asyncio.Event(), asyncio.Event()
        self.best = (0, 0)
        self._left = frames

    def hear(self, link: Link, effect: object) -> None:
        if type(effect) is not BookUpdate:
            return
        if self._stream is None:
            self._stream = link.session.streams[PAIR]
            self.first.set()
        book = self._stream.book
        self.best = (book.bids.best or 0, book.asks.best or 0)
        self._left -= 1
        if not self._left:
            self.last.set()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark reads the machine's clock


def _serve(file: Path, given: "multiprocessing.Queue[tuple[int, int]]", go: Event) -> None:
    """Send one message, and the rest when told to."""
    logging.getLogger("picows").setLevel(logging.ERROR)  # it tells of each full buffer
    asyncio.run(_send(file.read_bytes().splitlines(), given, go))


async def _send(
    frames: list[bytes], given: "multiprocessing.Queue[tuple[int, int]]", go: Event
) -> None:
    server = await UNTYPED.ws_create_server(partial(_sender, frames, go), "127.0.0.1", 0)
    given.put((server.sockets[0].getsockname()[1], len(frames)))
    await asyncio.Event().wait()


def _sender(frames: list[bytes], go: Event, _: object) -> "_Sender":
    return _Sender(frames, go)


class _Sender(picows.WSListener):
    """Begins to send when somebody subscribes."""

    def __init__(self, frames: list[bytes], go: Event) -> None:
        self._frames, self._go = frames, go
        self._pouring: asyncio.Future[None] | None = None

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if b"subscribe" in frame.get_payload_as_bytes():
            transport.send(picows.WSMsgType.TEXT, TAKEN)
            self._pouring = asyncio.ensure_future(self._pour(transport))

    async def _pour(self, transport: picows.WSTransport) -> None:
        """Send the first frame, and the rest when told to, as fast as they are taken."""
        transport.send(picows.WSMsgType.TEXT, self._frames[0])
        await asyncio.to_thread(self._go.wait)
        waiting = transport.underlying_transport.get_write_buffer_size
        for number, frame in enumerate(self._frames[1:]):
            transport.send(picows.WSMsgType.TEXT, frame)
            if number % 64 == 0:
                while waiting() > MOST_WAITING:  # noqa: ASYNC110 - the kernel tells nobody
                    await asyncio.sleep(0)
