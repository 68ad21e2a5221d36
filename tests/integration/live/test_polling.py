"""A venue that is polled, as a decentralised one may be, stands behind the same port (S4-005)."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

from janym.domain.market import BookState, BookUpdate, Channel, Pair, Subscription, Trade
from janym.live import dialing
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import HttpFetching
from janym.live.links import Link, Room
from janym.ports.feeds import Refused
from janym.usecases import replay
from tests.fakes.polled_dex import DEX, LIMITS, PolledFeed

PAIR = Pair("WETH/USDC")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


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


async def test_it_is_carried_as_any_other_connection_is() -> None:
    """S4-005: async REST instead of WebSocket, by the same interface."""
    heard: list[object] = []
    done = asyncio.Event()
    began = time.monotonic()

    def now() -> datetime:
        return MOMENT + timedelta(seconds=time.monotonic() - began)

    def hear(_: Link, effect: object) -> None:
        heard.append(effect)
        if sum(isinstance(each, BookUpdate) for each in heard) == 2:
            done.set()

    async with chain([block(7, "2000.5"), None, block(8, "2000")]) as address:
        feed, fetching = PolledFeed(every_ns=1), HttpFetching()
        listings = feed.page(
            feed.instruments(),
            b'[{"base":"WETH","quote":"USDC","tick":"0.01","step":"0.0001"}]',
        ).listings
        room = Room(
            feed=feed,
            endpoints=feed.endpoints,
            rest=address,
            dial=dialing.dialer(Library.WEBSOCKETS),
            fetching=fetching,
            connects=Budget(pace(LIMITS.connections), now),
            weight=Budget(pace(LIMITS.weight), now),
            now=now,
            now_ns=time.monotonic_ns,
            chance=lambda: 0.5,
        )
        session = feed.session(feed.endpoints[0], {each.pair: each for each in listings})
        link = Link(room, feed.endpoints[0], session, hear)
        link.subscribe(
            [
                Subscription(pair=PAIR, channel=Channel.BOOK),
                Subscription(pair=PAIR, channel=Channel.TRADES),
            ]
        )
        running = asyncio.create_task(link.run())
        try:
            async with asyncio.timeout(30):
                await done.wait()
            stream = session.streams[PAIR]
            assert stream.state is BookState.LIVE
            assert stream.book.top(None).bids == [(Decimal(2000), Decimal("1.25"))]
        finally:
            link.leave()
            await running
            await fetching.close()

    trades = [each.id for each in heard if isinstance(each, Trade)]
    assert trades[:2] == ["0x7", "0x8"]
    assert any(isinstance(each, Refused) for each in heard), "the answer that failed"
    assert session.streams[PAIR].state is BookState.STALE, "nothing is believed after the end"
