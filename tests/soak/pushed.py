"""What a venue of the flow server sends of one book, and the book that ours becomes of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from containers.flow_server.flow import Flow, symbols
from containers.flow_server.server import VENUES
from containers.flow_server.words import HOST, PREFIX, Frame
from janym.book.message import Snapshot
from janym.book.stream import Stream
from janym.domain.market import BookState, Channel, Depth, Pair, Subscription
from janym.feeds.dialect import Offered
from janym.feeds.feed import VenueFeed
from janym.ports.feeds import Dial, Effects, Fetch, Purpose, Request, Send

PAIR = Pair("BTC/USDT")
AT_MS = 1_767_225_600_000
PACE_MS = 100
BELATED = 3
"""Steps after which a snapshot is answered."""


@dataclass
class Pushed:
    """One book of a market, told to our session, and written down for others."""

    feed: VenueFeed
    symbol: str = ""
    frames: list[bytes] = field(default_factory=list[bytes])
    """Book messages, as they were sent."""
    snapshot: Snapshot | None = None
    """What was asked for beside them."""

    def __post_init__(self) -> None:
        self._flow = Flow(symbols(1), seed=11)
        self._words = VENUES[self.feed.venue](self.feed.market, self._flow)
        self._topics: set[str] = set()
        self._asked: list[Request] = []
        self._at_ms = AT_MS
        asked = self.feed.instruments()
        listings = {each.pair: each for each in self.feed.page(asked, self._rest(asked)).listings}
        self.symbol = listings[PAIR].symbol
        endpoint = next(each for each in self.feed.endpoints if Channel.BOOK in each.channels)
        self._session = self.feed.session(endpoint, listings)

    @property
    def stream(self) -> Stream:
        return self._session.streams[PAIR]

    def run(self, steps: int) -> None:
        """Subscribe, and let the book move."""
        wanted = Subscription(pair=PAIR, channel=Channel.BOOK, depth=Depth.FULL)
        self._carry(self._session.dial(self._at_ns))
        self._carry(self._session.opened(self._at_ns))
        self._carry(self._session.subscribe([wanted], self._at_ns))
        self._told(self._words.hello())
        (book,) = self._flow.books.values()
        for step in range(steps):
            self._at_ms += PACE_MS
            pushed = self._words.moved(book, book.step(self._at_ms))
            self._push([frame for topic, frame in pushed if topic in self._topics])
            if step == BELATED:
                self._answer()
        assert self.stream.state is BookState.LIVE, self.stream.state

    @property
    def _at_ns(self) -> int:
        return self._at_ms * 1_000_000

    def _push(self, frames: list[Frame]) -> None:
        self.frames += [frame.encode() if isinstance(frame, str) else frame for frame in frames]
        self._told(frames)

    def _told(self, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self._carry(self._session.receive(frame, self._at_ns))

    def _carry(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self._say(effect)
            elif isinstance(effect, Fetch):
                self._asked.append(effect.request)
                if effect.request.purpose is Purpose.TOKEN:
                    self._answer()
            else:
                assert not isinstance(effect, Dial) or effect.url

    def _say(self, send: Send) -> None:
        text = send.frame if isinstance(send.frame, str) else send.frame.decode()
        asked = self._words.read(text, self._topics)
        self._topics.update(asked.begins)
        for answer in asked.answers:
            self._note(answer)
        self._told(asked.answers)
        wholes = map(self._words.whole, asked.begins)
        self._push([whole for whole in wholes if whole is not None])

    def _note(self, answer: Frame) -> None:
        """Keep a snapshot that comes on the socket."""
        raw = answer.encode() if isinstance(answer, str) else answer
        dialect = self.feed.dialect
        for said in dialect.read(dialect.opened_up(raw), lambda _: PAIR, self._at_ns):
            if isinstance(said, Offered):
                self.snapshot = said.snapshot

    def _answer(self) -> None:
        """Answer what was asked for by request."""
        asked, self._asked = self._asked, []
        for request in asked:
            body = self._rest(request)
            if request.purpose is Purpose.SNAPSHOT:
                self.snapshot = self.feed.dialect.read_snapshot(request, body)
            self._carry(self._session.answered(request, 200, body, self._at_ns))

    def _rest(self, request: Request) -> bytes:
        for form, handler in self._words.rest().items():
            before, _, name = form.partition("{")
            if request.path == form or (name and request.path.startswith(before)):
                named = {name.rstrip("}"): request.path.removeprefix(before)} if name else {}
                answer = handler({**request.query, **named, HOST: "there", PREFIX: ""})
                return json.dumps(answer.body).encode()
        raise AssertionError(request.path)
