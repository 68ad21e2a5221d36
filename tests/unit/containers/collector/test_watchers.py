"""Sockets that watch a book get its newest state, in their own time, and hold up nothing."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from containers.collector.watchers import REST, Watchers
from janym.book.law import Follows, Law, Source
from janym.book.message import Heard
from janym.book.stream import Stream
from janym.domain.collecting import Task
from janym.domain.errors import StoreAway, Unavailable
from janym.domain.live import ConnectionId
from janym.domain.market import Depth, GapReason, Market, Pair, VenueId
from janym.ports.live import Gone, TooSlow
from janym.usecases.live_books import DEPTH, REPEAT
from tests.fakes.clock import FakeClock
from tests.fakes.sockets import HeardSockets

if TYPE_CHECKING:
    from janym.ports.roster import Roster

ONE, TWO = ConnectionId("one"), ConnectionId("two")
TASK = Task(
    venue=VenueId("okx"), market=Market.SPOT, pair=Pair("BTC/USDT"), depth=Depth.FIFTY, priority=1
)
TOPIC = "book/okx/spot/BTC/USDT"
LAW = Law(follows=Follows.NEXT, source=Source.STREAM)


class Listed:
    """Who watches, as Postgres says."""

    def __init__(self) -> None:
        self.rows: list[tuple[ConnectionId, str]] = []
        self.away = False

    def watchers(self, topics: Sequence[str], *, now: datetime) -> list[tuple[ConnectionId, str]]:
        del now
        if self.away:
            raise StoreAway("PostgreSQL does not answer")
        return [row for row in self.rows if row[1] in topics]


class Scene:
    """One book, and those who watch it."""

    def __init__(self) -> None:
        self.stream = Stream("T", TASK.pair, LAW)
        self.listed, self.sockets, self.clock = Listed(), HeardSockets(), FakeClock()
        self.held = [TASK]
        self.read = 0
        self.watchers = Watchers(
            cast("Roster", self.listed),
            self.sockets,
            held=lambda: self.held,
            books=self._books,
            now=self.clock.now,
        )
        self.move(1, snapshot=True)

    def _books(self, tasks: Sequence[Task]) -> dict[str, Stream]:
        self.read += 1
        return {task.key: self.stream for task in tasks}

    def move(self, number: int, *, snapshot: bool = False) -> None:
        bids = [(str(100 - each), "1") for each in range(30)] if snapshot else [("100", "2")]
        heard = Heard("T", snapshot, number, number, 0, bids, [("101", str(number))], number, None)
        self.stream.hear(heard, number * 1_000_000_000)

    async def beat(self, seconds: float = 0.25) -> None:
        """Let time pass, and see what the next beat leads to."""
        self.clock.advance(seconds=seconds)
        self.watchers.tell()
        await self.settled()

    async def settled(self) -> None:
        await self.until(lambda: not self.watchers.busy)

    async def until(self, seen: Callable[[], Any]) -> None:
        async with asyncio.timeout(30):
            while not seen():  # noqa: ASYNC110 - a thread
                await asyncio.sleep(0.001)

    def told(self, key: ConnectionId = ONE) -> list[int]:
        return [frame["data"]["sequence"] for frame in self.sockets.frames[key]]


@asynccontextmanager
async def watched(*keys: ConnectionId) -> AsyncGenerator[Scene]:
    scene = Scene()
    scene.listed.rows = [(key, TOPIC) for key in keys]
    await scene.watchers.look()
    yield scene
    await scene.watchers.close()


async def test_a_watched_book_is_told_as_it_is() -> None:
    async with watched(ONE) as at:
        await at.beat()

    [frame] = at.sockets.frames[ONE]
    data = frame.pop("data")
    assert frame == {"topic": TOPIC, "at": at.clock.now().isoformat(), "kind": "book"}
    assert (data["exchange"], data["market"], data["pair"]) == ("okx", "spot", "BTC/USDT")
    assert (data["state"], data["sequence"]) == ("live", 1)
    assert data["heard_at"] == "1970-01-01T00:00:01+00:00"
    assert data["bids"][:2] == [["100", "1"], ["99", "1"]]
    assert (len(data["bids"]), data["asks"]) == (DEPTH, [["101", "1"]])


async def test_a_book_nobody_watches_is_not_even_read() -> None:
    async with watched() as at:
        at.move(2)
        await at.beat()

    assert (at.read, at.sockets.asked) == (0, [])


async def test_a_book_that_stands_still_is_told_again_now_and_then() -> None:
    async with watched(ONE) as at:
        for _ in range(3):
            await at.beat()
        assert at.told() == [1]
        await at.beat(REPEAT.total_seconds())

    first, again = at.sockets.frames[ONE]
    assert first["data"] == again["data"]
    assert first["at"] < again["at"]


async def test_a_slow_socket_gets_the_newest_alone_and_holds_up_nobody() -> None:
    async with watched(ONE, TWO) as at:
        at.sockets.held[ONE] = threading.Event()
        for number in range(2, 8):
            at.move(number)
            at.clock.advance(seconds=0.25)
            at.watchers.tell()
            await at.until(lambda number=number: at.told(TWO)[-1:] == [number])
        at.sockets.held.pop(ONE).set()
        await at.settled()

    assert at.told(TWO) == [2, 3, 4, 5, 6, 7]
    assert at.told(ONE) == [2, 7]


async def test_a_book_that_may_be_wrong_is_told_without_levels() -> None:
    async with watched(ONE) as at:
        await at.beat()
        at.stream.lose(GapReason.DISCONNECTED, 5_000_000_000)
        await at.beat()
        at.move(9, snapshot=True)
        await at.beat()

    states = [
        (frame["data"]["state"], len(frame["data"]["bids"])) for frame in at.sockets.frames[ONE]
    ]
    assert states == [("live", DEPTH), ("stale", 0), ("live", DEPTH)]


async def test_who_watches_no_more_is_told_nothing() -> None:
    async with watched(ONE, TWO) as at:
        await at.beat()
        at.listed.rows = [(TWO, TOPIC)]
        await at.watchers.look()
        at.move(2)
        await at.beat()
        at.held = []  # another collector's now
        await at.watchers.look()
        at.move(3)
        await at.beat()

    assert (at.told(ONE), at.told(TWO)) == ([1], [1, 2])


async def test_the_last_known_watchers_serve_while_postgres_is_away() -> None:
    async with watched(ONE) as at:
        at.listed.away = True
        await at.watchers.look()
        await at.beat()

    assert at.told() == [1]


@pytest.mark.parametrize("refusal", [TooSlow("full"), Unavailable("away"), ValueError("what?")])
async def test_a_socket_that_takes_no_more_is_left_alone_for_a_while(refusal: Exception) -> None:
    async with watched(ONE) as at:
        at.sockets.refusals[ONE] = [refusal]
        await at.beat()
        at.move(2)
        await at.beat()
        assert len(at.sockets.asked) == 1
        await at.beat(REST.total_seconds())

    assert at.told() == [2]


async def test_a_closed_socket_is_not_asked_again_while_it_is_still_listed() -> None:
    async with watched(ONE) as at:
        at.sockets.refusals[ONE] = [Gone("closed")]
        await at.beat()
        await at.watchers.look()
        at.move(2)
        await at.beat()

    assert at.sockets.asked == [ONE]
