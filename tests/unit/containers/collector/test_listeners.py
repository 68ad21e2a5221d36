"""Listeners at the door: each gets its book by the policy it chose, at its own pace."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from containers.collector.listeners import Listeners, hears
from janym.book.message import BookLive, BookStale
from janym.book.subscribers import Policy, Subscribers
from janym.domain.market import BookUpdate, Gap, GapReason, Pair, Scale
from janym.live import feeds
from janym.ports.market_history import Place

BTC = Pair("BTC/USDT")
PLACE = "okx", "spot", "BTC/USDT"
FEED = feeds.get("okx", "spot")
SCALE = Scale(price_places=2, size_places=3)


def update(sequence: int) -> BookUpdate:
    return BookUpdate(BTC, False, sequence, [(10_050, 7)], [], SCALE, sequence, sequence)


class Ear:
    """Takes what it is sent, when it is ready."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.ready = asyncio.Event()
        self.ready.set()

    async def send(self, told: dict[str, Any]) -> None:
        self.heard.append(told)
        await self.ready.wait()

    @property
    def sequences(self) -> list[int]:
        return [told["sequence"] for told in self.heard]


class Scene:
    """A book that the door shows, and its listeners."""

    def __init__(self) -> None:
        self.sequence, self.state = 0, "live"
        self.subscribers = Subscribers[Place]()
        self.listeners = Listeners(self.subscribers, self._show)
        self._hear = hears(self.subscribers, FEED)

    @asynccontextmanager
    async def ear(self, policy: Policy, **given: Any) -> AsyncGenerator[Ear]:
        ear = Ear()
        telling = asyncio.create_task(self.listeners.tell(PLACE, policy, ear.send, **given))
        await settle()
        try:
            yield ear
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    def move(self, count: int = 1) -> None:
        for _ in range(count):
            self.sequence += 1
            self._hear(update(self.sequence))

    def fall(self) -> None:
        self.state = "stale"
        gap = Gap(pair=BTC, reason=GapReason.SEQUENCE, good_until_ns=1, noticed_ns=2)
        self._hear(BookStale(gap=gap))

    def rise(self) -> None:
        self.state = "live"
        self._hear(BookLive(pair=BTC, at_ns=3, gap=None))

    def _show(self, venue: str, market: str, pair: str, limit: int) -> dict[str, Any] | None:
        assert (venue, market, pair) == PLACE
        return {"state": self.state, "sequence": self.sequence, "limit": limit}


async def settle() -> None:
    """Let everybody take their turns."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_every_change_follows_the_whole_book() -> None:
    """S4-024, S4-026."""
    scene = Scene()
    async with scene.ear(Policy.EVERY) as ear:
        for _ in range(3):
            scene.move()
            await settle()

    assert [told["type"] for told in ear.heard] == ["book", "update", "update", "update"]
    assert ear.sequences == [0, 1, 2, 3]
    assert ear.heard[1]["bids"] == [["100.50", "0.007"]]
    assert scene.subscribers.here == 0


async def test_a_slow_one_loses_its_own_and_begins_anew_with_the_whole_book() -> None:
    """S4-025, S4-026: nobody else waits for it, and what it lost is counted."""
    scene = Scene()
    async with scene.ear(Policy.EVERY, limit=2) as slow, scene.ear(Policy.EVERY) as quick:
        slow.ready.clear()
        scene.move()
        await settle()
        scene.move(5)
        await settle()
        assert quick.sequences == [0, 1, 2, 3, 4, 5, 6]
        slow.ready.set()
        await settle()
        scene.move()
        await settle()

    assert [told["type"] for told in slow.heard] == ["book", "update", "book", "update"]
    assert slow.sequences == [0, 1, 6, 7]
    assert slow.heard[2]["lost"] == 3
    assert scene.subscribers.lost == 3


async def test_what_is_lost_while_the_whole_book_is_sent_is_noticed() -> None:
    """S4-026: the changes that follow would not fit to the book that was sent."""
    scene = Scene()
    ear = Ear()
    ear.ready.clear()
    told = scene.listeners.tell(PLACE, Policy.EVERY, ear.send, limit=2)
    telling = asyncio.create_task(told)
    await settle()
    scene.move(5)
    ear.ready.set()
    await settle()
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)

    assert [(each["type"], each["sequence"]) for each in ear.heard] == [("book", 0), ("book", 5)]


async def test_one_who_wants_the_newest_sees_the_book_as_it_is() -> None:
    """S4-025, S4-027."""
    scene = Scene()
    async with scene.ear(Policy.NEWEST) as ear:
        ear.ready.clear()
        scene.move()
        await settle()
        scene.move(5)
        await settle()
        ear.ready.set()
        await settle()

    assert [told["type"] for told in ear.heard] == ["book", "book", "book"]
    assert ear.sequences == [0, 1, 6]
    assert ear.heard[-1]["lost"] == 4


async def test_a_book_that_is_not_believed_is_told_so() -> None:
    """A listener never goes on with a book that may be wrong."""
    scene = Scene()
    async with scene.ear(Policy.EVERY) as every, scene.ear(Policy.NEWEST) as newest:
        for happens in (scene.fall, scene.rise):
            happens()
            await settle()

    for ear in (every, newest):
        assert [told["state"] for told in ear.heard] == ["live", "stale", "live"]


async def test_a_book_that_is_collected_no_longer_ends_it() -> None:
    scene = Scene()
    gone: Callable[..., None] = lambda *_: None  # noqa: E731
    listeners = Listeners(scene.subscribers, gone)
    told: Awaitable[None] = listeners.tell(PLACE, Policy.EVERY, Ear().send)

    await told

    assert scene.subscribers.here == 0
