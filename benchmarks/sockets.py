"""From socket to subscriber: frames a second through a connection, its session and its books.

A process of its own sends Binance's book messages over loopback as fast as they are taken; this one
reads them with the collector's own connection, and a subscriber counts what comes out. One core
sends, one receives.
"""

import asyncio
import json
import logging
import multiprocessing
import time
from datetime import UTC, datetime
from functools import partial
from multiprocessing.synchronize import Event
from typing import Any

import picows

from benchmarks.table import Figure
from containers.flow_server import binance
from containers.flow_server.flow import Book, Flow, symbols
from janym.domain.market import BookUpdate, Channel, Depth, Listing, Market, Pair, Subscription
from janym.live import dialing, feeds
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import Answer
from janym.live.links import Link, Room
from janym.ports.feeds import Endpoint, Request

FRAMES = 60_000
ROUNDS = 5
SNAPSHOT_WITHIN_S = 0.5
"""The snapshot is there by then; the first message joins it."""
MOST_WAITING = 1 << 20
PAIR = Pair("BTC/USDT")
UNTYPED: Any = picows
FLOORS = {Library.PICOWS: 20_000, Library.WEBSOCKETS: 5_000}
"""What a busy machine still reaches by the wall clock; the wish is 200,000 a second."""


def measure() -> list[Figure]:
    """Measure both libraries, in turns."""
    logging.getLogger("picows").setLevel(logging.ERROR)  # it tells of each full buffer
    rates: dict[Library, list[tuple[float, float]]] = {library: [] for library in Library}
    for number in range(ROUNDS + 1):
        for library in Library:
            rate = asyncio.run(_round(library))
            if number:
                rates[library].append(rate)
    return [figure for library in Library for figure in _figures(library, rates[library])]


def _figures(library: Library, rates: list[tuple[float, float]]) -> list[Figure]:
    name = f"socket to book to subscriber, {library}"
    return [
        Figure.of(
            f"{name}: by the wall clock",
            "messages/s",
            [wall for wall, _ in rates],
            floor=FLOORS[library],
        ),
        Figure.of(f"{name}: by the receiver's own time", "messages/s", [core for _, core in rates]),
    ]


class _Snapshot:
    """Answers as the venue's REST does."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        del origin, request
        return Answer(status=200, body=self._body)


async def _round(library: Library) -> tuple[float, float]:
    context = multiprocessing.get_context("spawn")
    port, go = context.Queue(), context.Event()
    sender = context.Process(target=_serve, args=(port, go), daemon=True)
    sender.start()
    try:
        return await _receive(library, await asyncio.to_thread(port.get, True, 60), go)
    finally:
        sender.kill()
        sender.join()


async def _receive(library: Library, given: tuple[int, bytes], go: Event) -> tuple[float, float]:
    number, snapshot = given
    feed = feeds.get("binance", "spot")
    url = f"ws://127.0.0.1:{number}/stream"
    endpoint = Endpoint(name="stream", url=url, channels=frozenset(Channel))
    room = Room(
        feed=feed,
        endpoints=[endpoint],
        rest="",
        dial=dialing.dialer(library),
        fetching=_Snapshot(snapshot),
        connects=Budget(pace(feed.limits.connections), _now),
        weight=Budget(pace(feed.limits.weight), _now),
        now=_now,
        now_ns=time.time_ns,
        chance=lambda: 0.5,
    )
    book = Flow(symbols(1), seed=1).books["BTCUSDT"]
    listing = Listing(
        venue=feed.venue,
        market=Market.SPOT,
        pair=PAIR,
        symbol="BTCUSDT",
        tick=book.symbol.tick,
        step=book.symbol.step,
    )
    counted = _Counted()
    link = Link(room, endpoint, feed.session(endpoint, {PAIR: listing}), counted.hear)
    link.subscribe([Subscription(pair=PAIR, channel=Channel.BOOK, depth=Depth.FULL)])
    running = asyncio.create_task(link.run())
    await counted.first.wait()
    began, busy = time.perf_counter(), time.process_time()
    go.set()
    await counted.last.wait()
    took, worked = time.perf_counter() - began, time.process_time() - busy
    link.leave()
    await running
    return FRAMES / took, FRAMES / worked


class _Counted:
    """A subscriber."""

    def __init__(self) -> None:
        self.first, self.last = asyncio.Event(), asyncio.Event()
        self._updates = 0

    def hear(self, _: Link, effect: object) -> None:
        if type(effect) is not BookUpdate:
            return
        self._updates += 1
        if self._updates == 1:
            self.first.set()
        elif self._updates == FRAMES + 1:
            self.last.set()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark reads the machine's clock


def _serve(port: "multiprocessing.Queue[tuple[int, bytes]]", go: Event) -> None:
    """Send one message, and the rest when told to."""
    asyncio.run(_send(port, go))


async def _send(port: "multiprocessing.Queue[tuple[int, bytes]]", go: Event) -> None:
    book = Flow(symbols(1), seed=1).books["BTCUSDT"]
    body = json.dumps(binance.snapshot(book, 5000)).encode()
    frames = [_frame(book, number) for number in range(FRAMES + 1)]
    server = await UNTYPED.ws_create_server(partial(_sender, frames, go), "127.0.0.1", 0)
    port.put((server.sockets[0].getsockname()[1], body))
    await asyncio.Event().wait()


def _sender(frames: list[bytes], go: Event, _: object) -> "_Sender":
    return _Sender(frames, go)


class _Sender(picows.WSListener):
    """Begins to send when somebody subscribes."""

    def __init__(self, frames: list[bytes], go: Event) -> None:
        self._frames, self._go = frames, go
        self._pouring: asyncio.Future[None] | None = None

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        if b"SUBSCRIBE" in frame.get_payload_as_bytes():
            transport.send(picows.WSMsgType.TEXT, b'{"result":null,"id":1}')
            self._pouring = asyncio.ensure_future(self._pour(transport))

    async def _pour(self, transport: picows.WSTransport) -> None:
        """Send the first frame, and the rest when told to, as fast as they are taken."""
        await asyncio.sleep(SNAPSHOT_WITHIN_S)
        transport.send(picows.WSMsgType.TEXT, self._frames[0])
        await asyncio.to_thread(self._go.wait)
        waiting = transport.underlying_transport.get_write_buffer_size
        for number, frame in enumerate(self._frames[1:]):
            transport.send(picows.WSMsgType.TEXT, frame)
            if number % 64 == 0:
                while waiting() > MOST_WAITING:  # noqa: ASYNC110 - the kernel tells nobody
                    await asyncio.sleep(0)


def _frame(book: Book, number: int) -> bytes:
    data = binance.depth(book, book.step(1_795_000_000_000 + number), "spot")
    return binance.combined("btcusdt@depth@100ms", data).encode()
