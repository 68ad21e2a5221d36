"""Our end of a socket: a connection of the collector's own, its session, its books, a subscriber.

`python -m benchmarks.hearing LIBRARY KEEPER URL MESSAGES BOOKS` reads the best prices after each
message, as a subscriber does, and prints one line of JSON: the messages that it was told of,
seconds by the wall clock and of processor time from the first to the last, the best prices at the
end, and how many microseconds after its sending it was told of half of them and of 99 in a hundred,
the first tenth left out, in which books are made.
"""

import asyncio
import gc
import json
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal

from benchmarks.sending import moment_us
from janym.book.keepers import COMPILED, PURE
from janym.book.stream import Stream
from janym.domain.market import BookUpdate, Channel, Depth, Listing, Market, Pair, Subscription
from janym.feeds.feed import VenueFeed
from janym.live import dialing, feeds
from janym.live.budgets import Budget, pace
from janym.live.dialing import Library
from janym.live.fetching import Answer
from janym.live.links import Link, Room
from janym.ports.feeds import Endpoint, Request

Streams = dict[Pair, Stream]

MILLISECOND = 1_000_000
SILENT_S = 5.0
"""After so long without a message no more are waited for."""


class _Nothing:
    """Answers no request: these books begin in their stream."""

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        raise AssertionError(f"{origin}{request.path} is not needed")


class _Subscriber:
    """Reads the best prices after each message, and notes how late it is."""

    def __init__(self, messages: int, books: int) -> None:
        self.last = asyncio.Event()
        self.best = (0, 0)
        self.told = 0
        self.late_us: list[int] = []
        self.began = self.ended = (0.0, 0.0)
        self._messages, self._timed = messages, books > 1
        self._streams: Streams = {}

    def hear(self, link: Link, effect: object) -> None:
        if type(effect) is not BookUpdate or self.told == self._messages:
            return
        stream = self._streams.get(effect.pair)
        if stream is None:
            stream = self._streams[effect.pair] = link.session.streams[effect.pair]
            self.began = self.began if self.told else _clocks()
        book = stream.book
        self.best = (book.bids.best or 0, book.asks.best or 0)
        self.told += 1
        if self._timed:
            self.late_us.append(moment_us() - effect.happened_ns // MILLISECOND)
        if self.told == self._messages:
            self.ended = _clocks()
            self.last.set()


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a benchmark reads the machine's clock


async def _heard(library: Library, name: str, url: str, counts: tuple[int, int]) -> _Subscriber:
    messages, books = counts
    keeper = COMPILED if COMPILED and name == COMPILED.name else PURE
    feed = feeds.get("bybit", "futures")
    assert isinstance(feed, VenueFeed)
    feed = feed.kept_by(keeper)
    endpoint = Endpoint(name="public", url=url, channels=frozenset(Channel))
    room = Room(
        feed=feed,
        endpoints=[endpoint],
        rest="",
        dial=dialing.dialer(library),
        fetching=_Nothing(),
        connects=Budget(pace(feed.limits.connections), _now),
        weight=Budget(pace(feed.limits.weight), _now),
        steady=_now,
        now_ns=time.time_ns,
        chance=lambda: 0.5,
    )
    listings = {listing.pair: listing for listing in map(_listing, range(books))}
    heard = _Subscriber(messages, books)
    link = Link(room, endpoint, feed.session(endpoint, listings, adopts=True), heard.hear)
    first = next(iter(listings))
    link.subscribe([Subscription(pair=first, channel=Channel.BOOK, depth=Depth.FIFTY)])
    running = asyncio.create_task(link.run())
    await _until_the_last(heard)
    link.leave()
    await running
    return heard


async def _until_the_last(heard: _Subscriber) -> None:
    told = -1
    while heard.told != told:
        told = heard.told
        try:
            await asyncio.wait_for(heard.last.wait(), SILENT_S)
        except TimeoutError:
            continue
        return


def symbol(number: int) -> str:
    """Name a book of many."""
    return "BTCUSDT" if number == 0 else f"P{number}USDT"


def _listing(number: int) -> Listing:
    venue = feeds.get("bybit", "futures").venue
    return Listing(
        venue=venue,
        market=Market.FUTURES,
        pair=Pair(f"{symbol(number).removesuffix('USDT')}/USDT"),
        symbol=symbol(number),
        tick=Decimal("0.10"),
        step=Decimal("0.001"),
    )


def main() -> None:
    library, keeper, url, messages, books = sys.argv[1:]
    gc.freeze()
    heard = asyncio.run(_heard(Library(library), keeper, url, (int(messages), int(books))))
    began, ended, late = heard.began, heard.ended, sorted(heard.late_us[len(heard.late_us) // 10 :])
    answer = {
        "messages": heard.told,
        "wall": ended[0] - began[0],
        "seconds": ended[1] - began[1],
        "best": [best / 10 for best in heard.best],
        "late_us": [late[len(late) * part // 100] for part in (50, 99)] if late else None,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
