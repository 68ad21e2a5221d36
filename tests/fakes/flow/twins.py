"""The same frames into two connections whose books are kept by different code."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from janym.book.decoder import decoder
from janym.book.keepers import Keeper
from janym.book.message import Snapshot
from janym.domain.market import BookState, GapReason, Pair, Scale
from janym.feeds.feed import VenueFeed
from tests.fakes.flow.line import Line
from tests.fakes.flow.truth import Sides, Step
from tests.fakes.flow.variants import variant

PAIR = Pair("ABC/USDT")
SCALE = Scale(price_places=1, size_places=3)
SPOILT = 0.7
"""The share of frames that are changed before they arrive."""
BOOK_LASTS = 500
"""Frames for one book; the next one begins to count anew."""
LOOK = 64
"""All levels are compared each so many frames."""
SPELLINGS = (("{:.1f}", "{:.3f}"), ("{:.2f}", "{:.3f}"), ("{:.1f}", "{:g}"), ("{:.3f}", "{:.8f}"))
"""How prices and sizes are written; a venue keeps to one for a while."""


class Twins:
    """Two connections with one book each.

    Args:
        feed: whose frames they hear.
        keepers: what keeps the books.
        random: where frames come from.
    """

    def __init__(self, feed: VenueFeed, keepers: tuple[Keeper, Keeper], random: Random) -> None:
        line = Line(feed, random)
        self.random = random
        self.said = Counter[str]()
        self._token, self._keepers = line.token, keepers
        self._writing, self._layout, self._law = line.writing, line.layout, line.law
        self._at_ms = line.truth.at_ms
        self._last = 0
        kinds = [(each, decoder(each)) for each in feed.dialect.kinds]
        self._frames: list[Any] = [keeper.frames(kinds) for keeper in keepers]
        self._hears = [_hearing(*each) for each in zip(keepers, self._frames, strict=True)]
        self._streams: list[Any] = []

    def run(self, count: int) -> None:
        """Hear so many frames."""
        for number in range(count):
            if number % BOOK_LASTS == 0:
                self._begin()
            stream = self._streams[0]
            if stream.state is BookState.STALE:
                self._renew()
            self._at_ms += self.random.randint(0, 3)
            frame = self._writing.bare(self._writing.parts(self._step()))
            if self.random.random() < SPOILT:
                frame = variant(frame, self.random)
            self._hear(frame)
            if stream.state is BookState.LIVE:
                self._last = stream.sequence
            if number % LOOK == 0 and stream.state is BookState.LIVE:
                one, other = (each.book.top(None) for each in self._streams)
                assert one == other, (frame, one, other)

    def _begin(self) -> None:
        """Forget the books, which may count in very small units by now."""
        self._streams.clear()
        for frames, keeper in zip(self._frames, self._keepers, strict=True):
            frames.drop(self._token)
            frames.put(keeper.stream(self._token, PAIR, self._law, scale=SCALE))
            self._streams.append(frames.get(self._token))
        self._renew()

    def _hear(self, frame: bytes) -> None:
        at_ns = self._at_ms * 1_000_000
        one, other = (hear(frame, at_ns) for hear in self._hears)
        assert one == other, (frame, one, other)
        self.said.update(type(event).__name__ for event in one or ())
        one, other = map(_shown, self._streams)
        assert one == other, (frame, one, other)

    def _step(self) -> Step:
        """Say what follows the last message."""
        random, last = self.random, self._last
        in_price, in_size = self._spelling()
        single = self._layout.one_change or self._layout.first == self._layout.final
        sides: Sides = ({}, {})
        for _ in range(1 if self._layout.one_change else random.randint(0, 5)):
            side = random.randrange(2)
            away = random.choice((1, 1, 2, 5, random.randint(1, 300), random.randint(1, 9_000)))
            price = Decimal(10_000 + away if side else 10_000 - away) / 10
            size = random.choice((0, 0, random.randint(0, 99_999))) / 1000
            sides[side][in_price.format(price)] = in_size.format(size)
        first = last + 1
        return Step(
            first=first,
            final=first if single else first + random.choice((0, 0, 3)),
            previous=last,
            at_ms=self._at_ms,
            bids=list(sides[0].items()),
            asks=list(sides[1].items()),
            after=self._after(sides),
        )

    def _spelling(self) -> tuple[str, str]:
        """Give how numbers are written; checksums are reckoned of the first way."""
        if self._law.checksum is not None and not self._law.zero_is_no_checksum:
            return SPELLINGS[0]
        if self.random.random() < 0.1:
            return self.random.choice(SPELLINGS)
        return SPELLINGS[self._at_ms // 500 % len(SPELLINGS)]

    def _after(self, changes: Sides) -> Sides:
        """Give the book after a message, where venues reckon a checksum of it."""
        if self._law.checksum is None or self._law.zero_is_no_checksum:
            return {}, {}
        after: Sides = ({}, {})
        for side, top, more in zip(after, self._streams[0].book.top(None), changes, strict=True):
            side.update({f"{price:.1f}": f"{size:.3f}" for price, size in top})
            side.update(more)
            for price in [price for price, size in side.items() if not Decimal(size)]:
                del side[price]
        return after

    def _renew(self) -> None:
        """Let both books begin anew."""
        self._at_ms += 1
        bids = [(f"{999 - rank / 2:.1f}", f"{rank + 1}.250") for rank in range(6)]
        asks = [(f"{1001 + rank / 2:.1f}", f"{rank + 1}.125") for rank in range(6)]
        number = self._last = self.random.randint(10**6, 10**9)
        if not self._law.fetches:
            step = Step(
                first=number, final=number, previous=-1, at_ms=self._at_ms,
                bids=bids, asks=asks, after=(dict(bids), dict(asks)),
            )  # fmt: skip
            self._hear(self._writing.bare(self._writing.parts(step, whole=True)))
            return
        limit = self.random.choice((None, 6))
        whole = Snapshot(bids=bids, asks=asks, sequence=number, limit=limit)
        for stream in self._streams:
            stream.lose(GapReason.DISCONNECTED, 0)
            stream.expect(0)
            stream.answered(whole, 0)


def _hearing(keeper: Keeper, frames: Any) -> Callable[[bytes, int], Any]:
    """Give what a connection would hear with."""
    ear = keeper.ear and keeper.ear(frames, frames.apply)
    return ear.receive if ear else frames.apply


def _shown(stream: Any) -> tuple[Any, ...]:
    """Give what is told of a book; levels only as long as it is right."""
    said = (stream.state, stream.sequence, stream.updates, stream.gaps, stream.heard_ns)
    if stream.state is not BookState.LIVE:
        return said
    book, bids, asks = stream.book, stream.book.bids, stream.book.asks
    return (
        *said, book.scale, bids.edge, asks.edge,
        bids.best, asks.best, bids.best_size, asks.best_size,
    )  # fmt: skip
