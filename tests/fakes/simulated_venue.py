"""A venue in simulated time that keeps its limits to the letter: who passes one is counted."""

import asyncio
import copy
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from containers.flow_server import binance
from containers.flow_server.budgets import Window
from containers.flow_server.flow import Flow, symbols
from janym.domain.market import BookState, Channel, Depth, Listing, Market, Pair, Subscription
from janym.feeds.feed import VenueFeed
from janym.live import feeds
from janym.live.budgets import Budget, pace
from janym.live.fetching import Answer
from janym.live.links import Room
from janym.live.pools import Pool
from janym.live.sockets import ConnectionRefused, Listener
from janym.ports.feeds import MINUTE, Feed, Request
from tests.fakes.simulated import SimulatedLoop

MOST_MESSAGES, MESSAGES_PER_S = 5, 1.0
LIFETIME_NS = 60 * MINUTE
"""An hour for the venue's day: as many timers as the wait has seconds are a long simulation."""


@dataclass(eq=False)
class Line:
    """A connection, seen from both ends: `sockets.Socket`."""

    venue: "SimulatedVenue"
    listener: Listener
    messages: Window
    topics: set[str] = field(default_factory=set[str])
    is_open: bool = True

    def send(self, frame: bytes | str) -> None:
        if not self.is_open:
            return
        if not self.messages.take(1, self.venue.loop.time()):
            self.venue.cut_for_messages += 1
            self.cut()
            return
        asked = json.loads(frame)
        if asked["method"] == "SUBSCRIBE":
            self.topics.update(asked["params"])
        else:
            self.topics.difference_update(asked["params"])
        self.tell(json.dumps({"result": None, "id": asked["id"]}))

    def ping(self) -> None: ...

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.venue.lines.discard(self)

    def cut(self) -> None:
        """End it from the venue's side."""
        if self.is_open:
            self.close()
            self.venue.loop.call_soon(self.listener.closed, "cut")

    def tell(self, frame: str) -> None:
        """Send a frame to the client."""
        self.venue.loop.call_later(
            0.01, lambda: self.listener.frame(frame.encode()) if self.is_open else None
        )


class SimulatedVenue:
    """Binance spot, on simulated seconds: `sockets.Dial` and `fetching.Fetching`."""

    def __init__(self, loop: SimulatedLoop, pairs: int, *, every_s: float = 5.0) -> None:
        self.loop = loop
        self.flow = Flow(symbols(pairs), seed=3)
        self.lines: set[Line] = set()
        self.connects = Window(300, 300.0)
        self.weight = Window(6000, 60.0)
        self.cut_for_messages = 0
        self.dropped: set[str] = set()
        """Topics of which nothing is sent."""
        self._every_s = every_s
        self._steps = loop.create_task(self._run())

    async def dial(self, url: str, listener: Listener, /) -> Line:
        await asyncio.sleep(0.05)
        if not self.connects.take(1, self.loop.time()):
            raise ConnectionRefused(url, status=429, retry_after_s=10)
        line = Line(self, listener, Window(MOST_MESSAGES, MESSAGES_PER_S))
        self.lines.add(line)
        listener.opened(line)
        return line

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        del origin
        limit = int(request.query["limit"])
        if not self.weight.take(binance.weight("spot", limit), self.loop.time()):
            return Answer(status=429, retry_after_s=5)
        book = self.flow.books[request.query["symbol"]]
        answer = json.dumps(binance.snapshot(book, limit)).encode()
        await asyncio.sleep(0.05)
        return Answer(status=200, body=answer)

    def cut(self) -> None:
        """Break every connection at once."""
        for line in list(self.lines):
            line.cut()

    def stop(self) -> None:
        """Let the market stand still for good."""
        self._steps.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            at_ms = self.loop.now_ns() // 1_000_000
            for name, book in self.flow.books.items():
                topic = f"{name.lower()}@depth@100ms"
                data = binance.depth(book, book.step(at_ms), "spot")
                for line in list(self.lines):
                    if topic in line.topics and topic not in self.dropped:
                        line.tell(binance.combined(topic, data))


@dataclass
class Scene:
    """A pool on a simulated venue, and what it heard."""

    venue: SimulatedVenue
    pool: Pool
    feed: Feed
    heard: list[Any] = field(default_factory=list[Any])

    @classmethod
    def of(cls, loop: SimulatedLoop, pairs: int, *, every_s: float = 5.0) -> "Scene":
        feed = copy.copy(feeds.get("binance", "spot"))
        assert isinstance(feed, VenueFeed)
        feed.limits = replace(feed.limits, lifetime_ns=LIFETIME_NS)
        venue = SimulatedVenue(loop, pairs, every_s=every_s)
        room = Room(
            feed=feed,
            endpoints=feed.endpoints,
            rest=feed.rest,
            dial=venue.dial,
            fetching=venue,
            connects=Budget(pace(feed.limits.connections), loop.now),
            weight=Budget(pace(feed.limits.weight), loop.now),
            now=loop.now,
            now_ns=loop.now_ns,
            chance=random.Random(5).random,  # noqa: S311 - seeded
        )
        heard: list[Any] = []
        pool = Pool(room, lambda _, effect: heard.append(effect))
        pool.know({listing.pair: listing for listing in listings(venue.flow)})
        return cls(venue, pool, feed, heard)

    def want(self, count: int) -> None:
        """Ask for so many books."""
        pairs = [listing.pair for listing in listings(self.venue.flow)][:count]
        self.pool.want(
            Subscription(pair=pair, channel=Channel.BOOK, depth=Depth.FIFTY) for pair in pairs
        )

    def live(self) -> int:
        """Count the books that are right."""
        return sum(
            stream.state is BookState.LIVE
            for link in self.pool.links
            for stream in link.session.streams.values()
        )

    async def until_live(self, count: int, *, within_s: float) -> float:
        """Wait until so many books are right, and give how long it took."""
        began = self.venue.loop.time()
        while self.live() < count:
            assert self.venue.loop.time() - began < within_s, f"{self.live()} of {count} are live"
            await asyncio.sleep(1)
        return self.venue.loop.time() - began

    async def close(self) -> None:
        """End everything."""
        await self.pool.close()
        self.venue.stop()


def listings(flow: Flow) -> Iterator[Listing]:
    """Give what the venue lists."""
    for name, book in flow.books.items():
        yield Listing(
            venue=feeds.get("binance", "spot").venue,
            market=Market.SPOT,
            pair=Pair(f"{book.symbol.base}/{book.symbol.quote}"),
            symbol=name,
            tick=book.symbol.tick,
            step=book.symbol.step,
        )
