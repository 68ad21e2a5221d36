"""A venue at the other end of a real session: it answers what is asked, and can be made to fail."""

import json
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any, cast

from janym.book.law import Follows, Law, Source
from janym.book.message import Snapshot
from janym.domain.market import BookState, Channel, Depth, Listing, Pair, Subscription
from janym.feeds.dialect import Dialect, Offered, PairOf, Said
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import SECOND, Close, Effects, Fetch, Request, Send
from tests.fakes.flow.truth import Step, Truth
from tests.fakes.flow.writing import Writing

PAIR = Pair("ABC/USDT")
MARK = b"@snapshot@"


class Overheard:
    """A dialect that notes what is asked for, and reads snapshots in this module's words.

    Args:
        spoken: the venue's own.
        blind: let every message pass for the next one.
    """

    def __init__(self, spoken: Dialect, *, blind: bool) -> None:
        self._spoken = spoken
        self._blind = blind
        self._laws: dict[Law, Law] = {}
        self.asked = 0
        self.subscribed = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._spoken, name)

    def law(self, token: str) -> Law:
        law = self._spoken.law(token)
        if not self._blind:
            return law
        blind = replace(law, follows=Follows.CHECKED, checksum=None)
        return self._laws.setdefault(blind, blind)

    def subscribe(self, topics: Any, number: int) -> str | bytes:
        self.subscribed += 1
        return self._spoken.subscribe(topics, number)

    def snapshot(self, token: str, depth: Depth, number: int) -> Request | Send | None:
        asked = self._spoken.snapshot(token, depth, number)
        self.asked += isinstance(asked, Send)
        return asked

    def read(self, frame: bytes, pair_of: PairOf, at_ns: int) -> "list[Said] | Any":
        if frame.startswith(MARK):
            token, answer = json.loads(frame.removeprefix(MARK))
            return [Offered(token=token, snapshot=_snapshot(answer))]
        return self._spoken.read(frame, pair_of, at_ns)

    def read_snapshot(self, request: Request, body: bytes) -> Snapshot:
        del request
        return _snapshot(json.loads(body))


class Line:
    """One connection with one book on it."""

    def __init__(self, feed: VenueFeed, random: Random, *, blind: bool = False) -> None:
        self.random = random
        self.dialect = Overheard(feed.dialect, blind=blind)
        symbol = _symbol(feed)
        self.token = feed.dialect.token(Depth.FULL, symbol)
        self.law = feed.dialect.law(self.token)
        self.layout = next(each for each in feed.dialect.kinds if _fits(each.topics, self.token))
        self.writing = Writing(feed.dialect, self.layout, self.token)
        self.truth = Truth(
            random, single=self.layout.one_change or self.layout.first == self.layout.final
        )
        listing = Listing(
            venue=feed.venue, market=feed.market, pair=PAIR, symbol=symbol,
            tick=Decimal("0.5"), step=Decimal("0.001"),
        )  # fmt: skip
        endpoint = next(each for each in feed.endpoints if Channel.BOOK in each.channels)
        self.silence_ns = max(feed.silence.book_ns or 0, feed.silence.connection_ns) + SECOND
        self.session = feed.speaking(cast("Dialect", self.dialect)).session(
            endpoint, {PAIR: listing}
        )
        self.session.subscribe([Subscription(pair=PAIR, channel=Channel.BOOK)], 0)
        self.at_ns = self.truth.at_ms * 1_000_000
        self.fetch: Request | None = None
        self.heard: Step | None = None
        self.open()

    @property
    def stream(self) -> Any:
        return self.session.streams[PAIR]

    @property
    def is_live(self) -> bool:
        return self.stream.state is BookState.LIVE

    @property
    def wants_snapshot(self) -> bool:
        return self.fetch is not None or self.dialect.asked > 0 or self.dialect.subscribed > 0

    def shown(self) -> tuple[dict[Decimal, Decimal], dict[Decimal, Decimal]]:
        top = self.stream.book.top(None)
        return dict(top.bids), dict(top.asks)

    def is_right(self) -> bool:
        """Whether the book is that of the newest message that arrived whole."""
        assert self.heard is not None
        bids, asks = self.heard.after
        true = tuple({Decimal(p): Decimal(q) for p, q in side.items()} for side in (bids, asks))
        return self.shown() == true

    def open(self) -> None:
        self.session.dial(self.at_ns)
        self._follow(self.session.opened(self.at_ns))
        begin = getattr(self.session, "_begin", None)
        if begin is not None and self.dialect.subscribed == 0:
            self._follow(begin(self.at_ns))

    def close(self) -> None:
        self._follow(self.session.closed(self.at_ns))
        self.fetch, self.dialect.asked, self.dialect.subscribed = None, 0, 0

    def deliver(self, step: Step, *, whole: bool = False) -> None:
        """Let a message arrive as it was sent."""
        if self.heard is None or step.final > self.heard.final:
            self.heard = step
        self.arrive(self.writing.frame(step, whole=whole))

    def arrive(self, frame: bytes) -> None:
        self.at_ns += self.random.randint(1, 100) * 1_000_000
        self._follow(self.session.receive(frame, self.at_ns))

    def answer(self, step: Step) -> None:
        """Answer what is asked for with the book as it was after a step."""
        if self.fetch is not None:
            request, self.fetch = self.fetch, None
            self._follow(self.session.answered(request, 200, _body(step), self.at_ns))
        elif self.dialect.asked:
            self.dialect.asked = 0
            said = MARK + json.dumps([self.token, json.loads(_body(step))]).encode()
            self.arrive(self.writing.sealed(said))
        elif self.dialect.subscribed:
            self.dialect.subscribed = 0
            if self.law.source is Source.STREAM:
                self.deliver(step, whole=True)

    def wait(self, ns: int) -> None:
        self.at_ns += ns
        self._follow(self.session.tick(self.at_ns))

    def _follow(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Fetch):
                self.fetch = effect.request
            elif isinstance(effect, Close):
                self.close()
                self.open()


def _body(step: Step) -> bytes:
    return json.dumps([step.final, *(list(side.items()) for side in step.after)]).encode()


def _snapshot(answer: Any) -> Snapshot:
    sequence, bids, asks = answer
    return Snapshot(
        bids=[tuple(level) for level in bids],
        asks=[tuple(level) for level in asks],
        sequence=sequence,
        limit=None,
    )


def _fits(topics: tuple[str, ...], token: str) -> bool:
    return not topics or token.startswith(topics)


def _symbol(feed: VenueFeed) -> str:
    """Give a symbol that the venue's own words lead back to."""
    for symbol in ("ABCUSDT", "ABC-USDT", "ABC_USDT", "ABC-USDT-SWAP", "ABCUSDTM", "abcusdt"):
        if feed.dialect.guess(symbol) == PAIR:
            return symbol
    raise AssertionError(f"{feed.venue} {feed.market} writes pairs in no way that is known here")
