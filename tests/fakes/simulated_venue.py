"""A venue in simulated time that keeps its limits to the letter: who passes one is counted."""

import asyncio
import copy
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from containers.flow_server.budgets import Window
from containers.flow_server.flow import Flow, symbols
from containers.flow_server.server import VENUES
from containers.flow_server.words import HOST, PREFIX, Frame, Handler
from janym.domain.market import BookState, Channel, Depth, Listing, Pair, Subscription
from janym.feeds.feed import VenueFeed
from janym.live import feeds
from janym.live.budgets import Budget, pace
from janym.live.fetching import Answer
from janym.live.links import Room
from janym.live.pools import Pool
from janym.live.sockets import ConnectionRefused, Listener
from janym.ports.feeds import MINUTE, Feed, Request
from tests.fakes.simulated import SimulatedLoop

LIFETIME_NS = 60 * MINUTE
"""An hour for the venue's day: as many timers as the wait has seconds are a long simulation."""
BEAT_EVERY_S = 5.0


@dataclass(eq=False)
class Line:
    """A connection, seen from both ends: `sockets.Socket`."""

    venue: "SimulatedVenue"
    listener: Listener
    messages: Window
    topics: set[str] = field(default_factory=set[str])
    is_open: bool = True
    _underway: list[bytes] = field(default_factory=list[bytes])

    def send(self, frame: bytes | str) -> None:
        if not self.is_open:
            return
        if not self.messages.take(1, self.venue.loop.time()):
            self.venue.cut_for_messages += 1
            self.cut()
            return
        text = frame if isinstance(frame, str) else frame.decode()
        asked = self.venue.words.read(text, self.topics)
        for answer in asked.answers:
            self.tell(answer)
        self.topics.difference_update(asked.ends)
        self.topics.update(asked.begins)
        for whole in map(self.venue.words.whole, asked.begins):
            if whole is not None:
                self.tell(whole)

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

    def tell(self, frame: Frame) -> None:
        """Send a frame to the client; what is sent together arrives in order."""
        if not self._underway:
            self.venue.loop.call_later(0.01, self._arrive)
        self._underway.append(frame.encode() if isinstance(frame, str) else frame)

    def _arrive(self) -> None:
        frames, self._underway = self._underway, []
        for frame in frames:
            if self.is_open:
                self.listener.frame(frame)


class SimulatedVenue:
    """A market of the flow server on simulated seconds: `sockets.Dial` and `fetching.Fetching`."""

    def __init__(
        self, loop: SimulatedLoop, place: tuple[str, str], pairs: int, *, every_s: float
    ) -> None:
        venue, market = place
        self.loop = loop
        self.flow = Flow(symbols(pairs), seed=3)
        self.words = VENUES[venue](market, self.flow)
        self.lines: set[Line] = set()
        self.connects = Window(*self.words.limits.connections)
        self.weight = Window(*self.words.limits.weight)
        self.cut_for_messages = 0
        self.dropped: set[str] = set()
        """Topics of which nothing is sent."""
        self._every_s = every_s
        self._work = [loop.create_task(self._run()), loop.create_task(self._beat())]

    async def dial(self, url: str, listener: Listener, /) -> Line:
        await asyncio.sleep(0.05)
        if not self.connects.take(1, self.loop.time()):
            raise ConnectionRefused(url, status=429, retry_after_s=10)
        line = Line(self, listener, Window(*self.words.limits.messages))
        self.lines.add(line)
        listener.opened(line)
        for frame in self.words.hello():
            line.tell(frame)
        return line

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        handler, named = self._handler(request.path)
        answer = handler({**request.query, **named, HOST: origin, PREFIX: ""})
        if not self.weight.take(answer.weight, self.loop.time()):
            return Answer(status=429, retry_after_s=5)
        body = json.dumps(answer.body).encode()
        await asyncio.sleep(0.05)
        return Answer(status=answer.status, body=body)

    def cut(self) -> None:
        """Break every connection at once."""
        for line in list(self.lines):
            line.cut()

    def stop(self) -> None:
        """Let the market stand still for good."""
        for work in self._work:
            work.cancel()

    def _handler(self, path: str) -> tuple[Handler, dict[str, str]]:
        """Give what answers at a path, and what stands in the path."""
        for form, handler in self.words.rest().items():
            before, _, name = form.partition("{")
            if path == form:
                return handler, {}
            if name and path.startswith(before):
                return handler, {name.rstrip("}"): path.removeprefix(before)}
        raise AssertionError(f"{path} is asked for, and nobody answers there")

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            at_ms = self.loop.now_ns() // 1_000_000
            told = [
                each
                for book in self.flow.books.values()
                for each in self.words.moved(book, book.step(at_ms))
            ]
            for topic, frame in told:
                for line in list(self.lines):
                    if topic in line.topics and topic not in self.dropped:
                        line.tell(frame)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            beat = self.words.heartbeat(self.loop.now_ns() // 1_000_000)
            if beat is not None:
                for line in self.lines:
                    line.tell(beat)


@dataclass
class Scene:
    """A pool on a simulated venue, and what it heard."""

    venue: SimulatedVenue
    pool: Pool
    feed: Feed
    heard: list[Any] = field(default_factory=list[Any])

    @classmethod
    def of(
        cls,
        loop: SimulatedLoop,
        pairs: int,
        *,
        every_s: float = 5.0,
        place: tuple[str, str] = ("binance", "spot"),
    ) -> "Scene":
        feed = copy.copy(feeds.get(*place))
        assert isinstance(feed, VenueFeed)
        feed.limits = replace(feed.limits, lifetime_ns=LIFETIME_NS)
        venue = SimulatedVenue(loop, place, pairs, every_s=every_s)
        room = Room(
            feed=feed,
            endpoints=feed.endpoints,
            rest=feed.rest,
            dial=venue.dial,
            fetching=venue,
            connects=Budget(pace(feed.limits.connections), loop.now),
            weight=Budget(pace(feed.limits.weight), loop.now),
            steady=loop.now,
            now_ns=loop.now_ns,
            chance=random.Random(5).random,  # noqa: S311 - seeded
        )
        heard: list[Any] = []
        pool = Pool(room, lambda _, effect: heard.append(effect))
        scene = cls(venue, pool, feed, heard)
        pool.know(scene.listings)
        return scene

    @property
    def listings(self) -> dict[Pair, Listing]:
        """What the venue lists."""
        asked = self.feed.instruments()
        named: dict[str, str] = {**asked.query, HOST: "", PREFIX: ""}
        body = json.dumps(self.venue.words.rest()[asked.path](named).body).encode()
        return {listing.pair: listing for listing in self.feed.page(asked, body).listings}

    def want(
        self,
        count: int,
        *,
        depth: Depth = Depth.FIFTY,
        channels: Iterable[Channel] = (Channel.BOOK,),
    ) -> None:
        """Ask for so many books, and what else there is of their pairs."""
        pairs = list(self.listings)[:count]
        self.pool.want(
            Subscription(pair=pair, channel=channel, depth=depth)
            for pair in pairs
            for channel in channels
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
            await asyncio.sleep(2)
        return self.venue.loop.time() - began

    async def close(self) -> None:
        """End everything."""
        await self.pool.close()
        self.venue.stop()
