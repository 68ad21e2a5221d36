"""A venue that is polled, as a decentralised one may be, stands behind the same port (S4-005)."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web

from janym.book.message import BookStale
from janym.domain.market import BookState, BookUpdate, Channel, Pair, Subscription, Trade
from janym.live import dialing
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import HttpFetching
from janym.live.links import Link, Lost, Room
from janym.live.sockets import Listener, Socket
from janym.ports.feeds import Effects, Refused
from janym.usecases import replay
from tests.fakes.polled_dex import DEX, LIMITS, PolledFeed

PAIR = Pair("WETH/USDC")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE_S = 30.0
HOUR_NS = 3_600_000_000_000


def block(number: int, bid: str) -> dict[str, Any]:
    swap = {"id": f"0x{number}", "price": bid, "amount": "0.5", "side": "sell", "time": number}
    book = {"block": number, "time": number, "bids": [[bid, "1.25"]], "asks": [["2001", "3"]]}
    return book | {"swaps": [swap]}


def test_a_capture_of_it_is_judged_as_any_other() -> None:
    """S4-006: nothing else changes for it."""
    url = "#rest https://dex.example/books/WETH-USDC"
    lines = [f"{url} {json.dumps(block(7, '2000.5'))}", f"{url} {json.dumps(block(8, '2000'))}"]

    (book,) = replay.run(DEX, [line.encode() for line in lines]).values()

    assert book == {
        "bids": [["2000.0", "1.25"]],
        "asks": [["2001.0", "3.00"]],
        "sequence": 8,
        "updates": 2,
        "gaps": 0,
        "stale": False,
    }


@asynccontextmanager
async def chain(blocks: list[dict[str, Any] | None]) -> AsyncGenerator[str]:
    """Serve one block for each request, the last for all that follow; None is an error."""

    async def books(_: web.Request) -> web.Response:
        given = blocks.pop(0) if len(blocks) > 1 else blocks[0]
        return web.json_response(given) if given else web.Response(status=502)

    app = web.Application()
    app.router.add_get("/books/WETH-USDC", books)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def room(rest: str, feed: PolledFeed) -> AsyncGenerator[Room]:
    """Give what connections to it share."""
    fetching, began = HttpFetching(), time.monotonic()

    def now() -> datetime:
        return MOMENT + timedelta(seconds=time.monotonic() - began)

    try:
        yield Room(
            feed=feed,
            endpoints=feed.endpoints,
            rest=rest,
            dial=dialing.dialer(Library.WEBSOCKETS),
            fetching=fetching,
            connects=Budget(pace(LIMITS.connections), now),
            weight=Budget(pace(LIMITS.weight), now),
            steady=now,
            now_ns=time.monotonic_ns,
            chance=lambda: 0.5,
        )
    finally:
        await fetching.close()


def subscribed(given: Room, feed: PolledFeed, hear: Callable[[Link, object], None]) -> Link:
    """Give a connection that is to carry its book and its trades."""
    listings = feed.page(
        feed.instruments(),
        b'[{"base":"WETH","quote":"USDC","tick":"0.01","step":"0.0001"}]',
    ).listings
    session = feed.session(feed.endpoints[0], {each.pair: each for each in listings})
    link = Link(given, feed.endpoints[0], session, hear)
    link.subscribe(
        [
            Subscription(pair=PAIR, channel=Channel.BOOK),
            Subscription(pair=PAIR, channel=Channel.TRADES),
        ]
    )
    return link


@asynccontextmanager
async def kept(link: Link) -> AsyncGenerator[None]:
    """Let a connection live, and end it."""
    running = asyncio.create_task(link.run())
    try:
        yield
    finally:
        link.leave()
        await running


async def test_it_is_carried_as_any_other_connection_is() -> None:
    """S4-005: async REST instead of WebSocket, by the same interface."""
    heard: list[object] = []
    done = asyncio.Event()

    def hear(_: Link, effect: object) -> None:
        heard.append(effect)
        if sum(isinstance(each, BookUpdate) for each in heard) == 2:
            done.set()

    feed = PolledFeed(every_ns=1)
    blocks = [block(7, "2000.5"), None, block(8, "2000")]
    async with chain(blocks) as address, room(address, feed) as given:
        link = subscribed(given, feed, hear)
        async with kept(link):
            await asyncio.wait_for(done.wait(), PATIENCE_S)
            stream = link.session.streams[PAIR]
            assert stream.state is BookState.LIVE
            assert stream.book.top(None).bids == [(Decimal(2000), Decimal("1.25"))]

    trades = [each.id for each in heard if isinstance(each, Trade)]
    assert trades[:2] == ["0x7", "0x8"]
    assert any(isinstance(each, Refused) for each in heard), "the answer that failed"
    assert link.session.streams[PAIR].state is BookState.STALE, "nothing is believed after the end"


async def test_what_nobody_foresaw_while_connecting_is_one_attempt_that_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """S4-013: a fault of a library's own keeps no connection from being made."""
    live, feed = asyncio.Event(), PolledFeed(every_ns=1)
    async with chain([block(7, "2000.5")]) as address, room(address, feed) as given:
        dials = [broken, given.dial]

        async def dial(url: str, listener: Listener) -> Socket:
            return await dials.pop(0)(url, listener)

        link = subscribed(replace(given, dial=dial), feed, when_live(live))
        async with kept(link):
            await asyncio.wait_for(live.wait(), PATIENCE_S)

        assert link.counters.refusals == 1
    assert "no such cipher" in caplog.text


async def test_what_nobody_foresaw_later_begins_the_connection_anew(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S4-013: it does not stay open with nobody to beat its heart, and its end is told."""
    heard: list[object] = []
    live, feed = asyncio.Event(), PolledFeed(every_ns=1)
    async with chain([block(7, "2000.5")]) as address, room(address, feed) as given:
        tell = when_live(live)

        def hear(link: Link, effect: object) -> None:
            heard.append(effect)
            tell(link, effect)

        link = subscribed(given, feed, hear)
        async with kept(link):
            await asyncio.wait_for(live.wait(), PATIENCE_S)
            live.clear()
            with monkeypatch.context() as spoiled:
                spoiled.setattr(link.session, "tick", stumble(lost := asyncio.Event()))
                await asyncio.wait_for(lost.wait(), PATIENCE_S)
            await asyncio.wait_for(live.wait(), PATIENCE_S)

    [reason, _] = [each.reason for each in heard if isinstance(each, Lost)]
    assert reason == "ZeroDivisionError: at noon"
    assert "ZeroDivisionError: at noon" in caplog.text


async def test_a_clock_that_is_set_back_hides_no_silence() -> None:
    """S4-013: what was heard at a later hour would count as fresh until that hour comes again."""
    heard: list[object] = []
    live, lost, feed, hours = asyncio.Event(), asyncio.Event(), PolledFeed(every_ns=1), [12]
    async with chain([block(7, "2000.5")]) as address, room(address, feed) as steady:
        given = replace(steady, now_ns=lambda: hours[-1] * HOUR_NS + time.monotonic_ns())
        tell = when_live(live)

        def hear(link: Link, effect: object) -> None:
            heard.append(effect)
            tell(link, effect)
            if isinstance(effect, Lost):
                lost.set()

        link = subscribed(given, feed, hear)
        async with kept(link):
            await asyncio.wait_for(live.wait(), PATIENCE_S)
            hours.append(11)
            await asyncio.wait_for(lost.wait(), PATIENCE_S)

    first = next(each for each in heard if isinstance(each, Lost))
    assert first.reason == "the clock was set back"
    assert first.heard_ns <= first.at_ns
    stale = next(each for each in heard if isinstance(each, BookStale))
    assert stale.gap.good_until_ns <= stale.gap.noticed_ns


async def broken(_: str, __: Listener) -> Socket:
    raise RuntimeError("no such cipher")


def stumble(stumbled: asyncio.Event) -> Callable[[int], Effects]:
    def tick(_: int) -> Effects:
        stumbled.set()
        raise ZeroDivisionError("at noon")

    return tick


def when_live(live: asyncio.Event) -> Callable[[Link, object], None]:
    """Set an event whenever a whole book came."""

    def hear(_: Link, effect: object) -> None:
        if isinstance(effect, BookUpdate):
            live.set()

    return hear
