"""Judge a capture: its frames through the real session and book, and the books they end in.

    1723161255030314667 {"stream":"btcusdt@depth@100ms","data":{...}}
    1723161255130314667 base64:CgxidGN1c2R0...
    #rest https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000 {"lastUpdateId":...}

Each line begins with the moment of receipt, the only clock there is. An answer belongs to whoever
asked for this path and symbol, and comes to the books unasked if nobody did. Empty lines and other
lines that begin with `#` are passed over.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from janym.book.stream import Stream
from janym.domain.errors import FieldError, InvalidInput, JanymError
from janym.domain.market import BookState, Listing, Pair
from janym.ports.feeds import SECOND, Effects, Feed, Fetch, Purpose, Request, Session, Unknown

SHOWN = 50
"""Levels of a side in a report."""

REST = b"#rest"
ENCODED = b"base64:"


def run(feed: Feed, lines: Iterable[bytes]) -> dict[Pair, dict[str, Any]]:
    """Give each pair's book at the end, in the form that `report` makes of it.

    Raises:
        InvalidInput: a line is not of the form above; the field names its number.
    """
    replay = _Replay(feed)
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        try:
            replay.take(text)
        except ValueError as error:
            raise InvalidInput(FieldError(field=f"line {number}", reason=str(error))) from error
    return {pair: report(stream) for pair, stream in sorted(replay.session.streams.items())}


def report(stream: Stream) -> dict[str, Any]:
    """Show a book as decimal strings, best first, and how far it can be believed."""
    top = stream.book.top(SHOWN)
    return {
        "bids": [_shown(level) for level in top.bids],
        "asks": [_shown(level) for level in top.asks],
        "sequence": stream.sequence,
        "updates": stream.updates,
        "gaps": stream.gaps,
        "stale": stream.state is not BookState.LIVE,
    }


def _shown(level: tuple[Decimal, Decimal]) -> list[str]:
    return [format(number, "f") for number in level]


@dataclass(slots=True)
class _Replay:
    """A capture on its way through one session."""

    feed: Feed
    listings: dict[Pair, Listing] = field(default_factory=dict[Pair, Listing])
    waiting: dict[tuple[str, str], Request] = field(default_factory=dict[tuple[str, str], Request])
    at_ns: int = 0
    ticked_ns: int = 0
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = self.feed.session(self.feed.endpoints[0], self.listings, adopts=True)
        self.session.opened(self.at_ns)

    def take(self, line: bytes) -> None:
        """Take one line.

        Raises:
            ValueError: it has no form that is known, and why.
        """
        if line.startswith(REST):
            self._answer(line.removeprefix(REST).strip())
            return
        if not line or line.startswith(b"#"):
            return
        moment, _, frame = line.partition(b" ")
        if not moment.isdigit():
            raise ValueError("begins with no time in nanoseconds")
        if frame.startswith(REST):
            self._pass(int(moment))
            self._answer(frame.removeprefix(REST).strip())
            return
        self._pass(int(moment))
        self._frame(_decoded(frame))

    def _pass(self, at_ns: int) -> None:
        """Let time pass up to a moment, and never back."""
        if self.at_ns == 0:
            self.session.pinged(at_ns)
            self.ticked_ns = at_ns
        self.at_ns = max(self.at_ns, at_ns)
        if self.at_ns - self.ticked_ns >= SECOND:
            self.ticked_ns = self.at_ns
            self._follow(self.session.tick(self.at_ns))

    def _frame(self, frame: bytes) -> None:
        effects = self.session.receive(frame, self.at_ns)
        self._follow(effects)
        if len(self.waiting) == 1 and any(isinstance(each, Unknown) for each in effects):
            # Some captures write the one answer that was asked for between the frames.
            (request,) = self.waiting.values()
            self._follow(self.session.answered(request, 200, frame, self.at_ns))

    def _answer(self, text: bytes) -> None:
        url, _, body = text.partition(b" ")
        if not url or not body:
            raise ValueError("#rest takes an address and an answer")
        request = self.feed.recognize(url.decode(errors="replace"))
        if request is None:
            return
        answer = _decoded(body.strip())
        if request.purpose is Purpose.INSTRUMENTS:
            self._learn(request, answer)
            return
        self.waiting.pop((request.path, request.symbol), None)
        self._follow(self.session.answered(request, 200, answer, self.at_ns))

    def _learn(self, request: Request, answer: bytes) -> None:
        try:
            listings = self.feed.page(request, answer).listings
        except JanymError as error:
            raise ValueError(str(error)) from error
        self.listings.update({listing.pair: listing for listing in listings})

    def _follow(self, effects: Effects) -> None:
        for effect in effects:
            if isinstance(effect, Fetch):
                request = effect.request
                self.waiting[request.path, request.symbol] = request


def _decoded(text: bytes) -> bytes:
    if not text.startswith(ENCODED):
        return text
    try:
        return b64decode(text.removeprefix(ENCODED), validate=True)
    except binascii.Error as error:
        raise ValueError(f"base64 that is none: {error}") from error
