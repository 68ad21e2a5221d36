"""Venues in their own formats over real sockets, and the books that come of them.

The server writes each venue's frames by hand from its documentation: it knows nothing of layouts,
laws or ladders.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from containers.flow_server.server import Server
from janym.domain.market import Bbo, BookState, Channel, Pair, Subscription, Trade
from janym.live import dialing, feeds
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import HttpFetching
from janym.live.links import Link, Lost, Room
from janym.ports.feeds import Refused, Session, Unknown

VENUES = ("binance", "bybit", "okx", "kucoin", "coinex", "htx", "mexc")
IN_CONTRACTS = {"kucoin", "okx", "htx", "mexc"}
PAIRS = 3
SHOWN = 20
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)

Levels = list[tuple[Decimal, Decimal]]


class Listening:
    """One connection to a served venue, and what is heard on it."""

    def __init__(self, server: Server, port: int, name: str, fetching: HttpFetching) -> None:
        venue, market = name.split("/")
        self.served = server.venues[name]
        self.in_contracts = market == "futures" and venue in IN_CONTRACTS
        self.heard: list[object] = []
        self.news = asyncio.Event()
        began = time.monotonic()

        def now() -> datetime:
            return MOMENT + timedelta(seconds=time.monotonic() - began)

        self.feed = feeds.get(venue, market)
        self.fetching = fetching
        self.rest = f"http://127.0.0.1:{port}/{name}"
        path = next(path for path in self.served.words.streams)
        url = f"ws://127.0.0.1:{port}/{name}{path}"
        endpoint = next(each for each in self.feed.endpoints if Channel.BOOK in each.channels)
        self.endpoint = replace(endpoint, url=url, channels=frozenset(Channel))
        self.room = Room(
            feed=self.feed,
            endpoints=(self.endpoint,),
            rest=self.rest,
            dial=dialing.dialer(Library.WEBSOCKETS),
            fetching=fetching,
            connects=Budget(pace(self.feed.limits.connections), now),
            weight=Budget(pace(self.feed.limits.weight), now),
            steady=now,
            now_ns=time.time_ns,
            chance=lambda: 0.5,
        )

    async def begin(self) -> tuple[Link, Session]:
        """List the instruments, ask for all there is of them."""
        request = self.feed.instruments()
        answer = await self.fetching.fetch(self.rest, request)
        listings = {each.pair: each for each in self.feed.page(request, answer.body).listings}
        session = self.feed.session(self.endpoint, listings)
        link = Link(self.room, self.endpoint, session, self._hear)
        link.subscribe(
            [Subscription(pair=pair, channel=channel) for pair in listings for channel in Channel]
        )
        return link, session

    def truth(self) -> dict[Pair, tuple[Levels, Levels]]:
        """Give the best levels of the served books."""
        books = self.served.flow.books.values()
        size = Decimal(1) if self.in_contracts else Decimal("0.00001")
        return {
            Pair(f"{book.symbol.base}/{book.symbol.quote}"): tuple(  # type: ignore[misc]
                [(price * book.symbol.tick, lots * size) for price, lots in side]
                for side in book.levels(SHOWN)
            )
            for book in books
        }

    def shown(self, session: Session) -> dict[Pair, tuple[Levels, Levels]]:
        """Give the best levels of the books that are believed."""
        return {
            pair: (stream.book.top(SHOWN).bids, stream.book.top(SHOWN).asks)
            for pair, stream in session.streams.items()
            if stream.state is BookState.LIVE
        }

    async def until(self, holds: Callable[[], bool], what: Callable[[], object]) -> None:
        """Wait, from one piece of news to the next."""
        try:
            async with asyncio.timeout(30):
                while not holds():
                    self.news.clear()
                    await self.news.wait()
        except TimeoutError:
            pytest.fail(f"it did not come about; last seen: {what()}")

    def _hear(self, _: Link, effect: object) -> None:
        self.heard.append(effect)
        self.news.set()


@asynccontextmanager
async def listening(name: str) -> AsyncGenerator[tuple[Server, Listening]]:
    server = Server(pairs=PAIRS, seed=5, every_ms=20)
    fetching = HttpFetching()
    async with server.open("127.0.0.1", 0) as port:
        try:
            yield server, Listening(server, port, name, fetching)
        finally:
            await fetching.close()


@pytest.mark.parametrize("market", ["spot", "futures"])
@pytest.mark.parametrize("venue", VENUES)
async def test_books_over_a_socket_are_those_of_the_venue(venue: str, market: str) -> None:
    """S4-003, S4-014: also after the connection broke and came again."""
    async with listening(f"{venue}/{market}") as (server, heard):
        link, session = await heard.begin()
        running = asyncio.create_task(link.run())
        try:
            await heard.until(lambda: len(heard.shown(session)) == PAIRS, lambda: heard.heard[-5:])
            heard.served.cut(lambda: 0.0, 1.0)
            await heard.until(
                lambda: any(isinstance(each, Lost) for each in heard.heard), lambda: "no loss"
            )
            await heard.until(lambda: len(heard.shown(session)) == PAIRS, lambda: heard.heard[-5:])
            await heard.until(
                lambda: any(isinstance(each, Trade) for each in heard.heard), lambda: "no trade"
            )
            await heard.until(
                lambda: any(isinstance(each, Bbo) for each in heard.heard), lambda: "no best price"
            )
            server.every_ms = 0
            await heard.until(
                lambda: heard.shown(session) == heard.truth(), lambda: heard.shown(session)
            )
        finally:
            link.leave()
            await running

    gaps = {pair: stream.gaps for pair, stream in session.streams.items()}
    assert set(gaps.values()) == {2}, "the cut, and the end; no message was lost in between"
    assert not [each for each in heard.heard if isinstance(each, Unknown | Refused)]
