"""The same books, where an extension keeps the levels and reads ordinary messages by itself.

What is ordinary is decided there, and only where it is certain: the message follows, its numbers
are plain, and the book is right after it. Every other frame takes the way that all frames take
without the extension, over the same streams and the same books. So there is one set of rules, and
faults are met by it alone.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

import msgspec
from fastbook.core import FOLLOWS, Ear, JsonPlan, Lane, Lanes, Plan, ProtobufPlan, Side

from janym.book.book import UNKNOWN, OrderBook
from janym.book.decimals import Whole, whole, written
from janym.book.decoder import Decode
from janym.book.frames import Frames, Opens
from janym.book.ladder import Ladder
from janym.book.law import Law
from janym.book.layout import EACH, Encoding, Layout, Path
from janym.book.message import Heard, Snapshot
from janym.book.stream import LOOK_EVERY, Events, Stream
from janym.domain.market import BookState, BookUpdate, GapReason, Pair, Scale, Texts

BEYOND = 10**18
"""The first number that is too large for a compiled ladder."""


class CompiledLadder(Side):
    """`ladder.Ladder`, for numbers of 64 bits; an `OverflowError` says that one is larger."""

    __slots__ = ("_keys_of", "_lots_of", "_places")

    def __init__(self, sign: int) -> None:
        super().__init__()
        self._keys_of: Whole
        self._lots_of: Whole
        self.count(0, 0)
        del sign

    def count(self, price_places: int, size_places: int) -> None:
        self._places = price_places, size_places
        self._keys_of = whole(price_places, self.sign)
        self._lots_of = whole(size_places)

    def write(self, texts: Texts) -> None:
        if self.put_texts(texts, *self._places):
            return
        keys_of, lots_of, put = self._keys_of, self._lots_of, self.put
        for price, size in texts:
            put(keys_of[price], lots_of[size])

    def replace(self, texts: Texts, *, complete: bool) -> None:
        if self.renew_texts(texts, *self._places, complete):
            return
        keys_of, lots_of = self._keys_of, self._lots_of
        sizes = {keys_of[price]: lots for price, size in texts if (lots := lots_of[size])}
        self.renew(sizes, complete)

    def stretch(self, prices: int, sizes: int) -> None:
        edge_key = None if self.edge_key is None else self.edge_key * prices
        span = self.span * prices
        stretched = {key * prices: size * sizes for key, size in self.sizes().items()}
        self.renew(stretched, complete=True)
        self.bound(edge_key, span)

    def bears(self, prices: int, sizes: int) -> bool:
        """Tell whether every number still fits when prices and sizes are so many times as many."""
        kept = self.sizes()
        keys = (*kept, self.edge_key or 0, self.span)
        return (
            max(map(abs, keys)) * prices < BEYOND and max(kept.values(), default=0) * sizes < BEYOND
        )

    def unbound(self, price_places: int, size_places: int) -> Ladder:
        """Give the same levels where numbers may be of any size."""
        ladder = Ladder(self.sign)
        ladder.count(price_places, size_places)
        levels = [
            (written(key * self.sign, price_places), written(size, size_places))
            for key, size in self.sizes().items()
        ]
        ladder.replace(levels, complete=self.edge_key is None)
        ladder.edge_key = self.edge_key
        return ladder


class CompiledBook(OrderBook):
    """`book.OrderBook` on compiled ladders, and on others once a number is too large for them."""

    __slots__ = ()
    ladder = cast("type[Ladder]", CompiledLadder)

    def change(self, bids: Texts, asks: Texts) -> None:
        try:
            super().change(bids, asks)
        except OverflowError:
            self._unbind()
            super().change(bids, asks)

    def replace(self, bids: Texts, asks: Texts, *, limit: int | None = None) -> None:
        try:
            super().replace(bids, asks, limit=limit)
        except OverflowError:
            self._unbind()
            super().replace(bids, asks, limit=limit)

    @property
    def sides(self) -> tuple[Side, Side] | None:
        """The compiled ladders; None where a number was too large for them."""
        bids, asks = cast("Any", self.bids), cast("Any", self.asks)
        return (bids, asks) if isinstance(bids, Side) and isinstance(asks, Side) else None

    def _stretch(self, prices: int, sizes: int) -> None:
        """Both sides stay where they are until it is known that both can bear it."""
        bids, asks = cast("Any", self.bids), cast("Any", self.asks)
        if self.sides and not (bids.bears(prices, sizes) and asks.bears(prices, sizes)):
            self._unbind()
        super()._stretch(prices, sizes)

    def _unbind(self) -> None:
        places = self.scale.price_places, self.scale.size_places
        bids, asks = cast("CompiledLadder", self.bids), cast("CompiledLadder", self.asks)
        self.bids, self.asks = bids.unbound(*places), asks.unbound(*places)


def _in_lane(name: str) -> Any:
    """Give a field of a stream that stands in its lane, or beside it where it is too large."""

    def read(stream: "CompiledStream") -> Any:
        return stream.beyond[name] if name in stream.beyond else getattr(stream.lane, name)

    def write(stream: "CompiledStream", value: Any) -> None:
        stream.beyond.pop(name, None)
        try:
            setattr(stream.lane, name, value)
        except OverflowError:
            stream.beyond[name] = value

    return property(read, write)


class CompiledStream(Stream):
    """`stream.Stream` whose ordinary messages are written by its lane."""

    __slots__ = ("beyond", "lane")
    books = CompiledBook
    updates: int = _in_lane("updates")
    _last: int = _in_lane("last")
    _happened_ns: int = _in_lane("happened_ns")
    _heard_ns: int = _in_lane("heard_ns")
    _good_ns: int = _in_lane("good_ns")

    def __init__(self, token: str, pair: Pair, law: Law, *, scale: Scale = UNKNOWN) -> None:
        self.beyond: dict[str, int] = {}
        self.lane = Lane(
            pair,
            FOLLOWS.get(law.follows, -1),
            look_every=LOOK_EVERY if law.fetches else 0,
            keep=law.keep,
            zero=law.checksum is not None,
        )
        super().__init__(token, pair, law, scale=scale)

    def hear(self, message: Heard, at_ns: int) -> Events:
        events = super().hear(message, at_ns)
        self._look()
        return events

    def answered(self, snapshot: Snapshot, at_ns: int) -> Events:
        events = super().answered(snapshot, at_ns)
        self._look()
        return events

    def lose(self, reason: GapReason, at_ns: int, detail: str = "") -> Events:
        events = super().lose(reason, at_ns, detail)
        self._look()
        return events

    def tick(self, at_ns: int, silence_ns: int | None) -> Events:
        events = super().tick(at_ns, silence_ns)
        if events:
            self._look()
        return events

    def _look(self) -> None:
        """Say to the lane whether the next message may be an ordinary one."""
        book = cast("CompiledBook", self.book)
        sides = book.sides
        if sides is None:
            self.lane.leave()
            return
        law = self.law
        self.lane.take(*sides, book.scale)
        self.lane.ordinary = (
            self.state is BookState.LIVE
            and self._whole
            and not self.beyond
            and law.follows in FOLLOWS
            and (law.checksum is None or (law.zero_is_no_checksum and not law.as_written))
            and not (law.fetches and (self._asked_ns is not None or self._waiting.snapshot))
        )


class CompiledFrames(Frames):
    """`frames.Frames` that tries the lanes first."""

    def __init__(self, kinds: Sequence[tuple[Layout, Decode]], opens: Opens | None = None) -> None:
        super().__init__(kinds, opens)
        self.lanes = Lanes([_plan(layout) for layout, _ in kinds], BookUpdate)
        self._topics = [layout.topics for layout, _ in kinds if layout.topics]

    def get(self, token: str) -> Stream | None:
        stream = super().get(token)
        self._follow(token, stream)
        return stream

    def put(self, stream: Stream) -> None:
        super().put(stream)
        self._follow(stream.token, super().get(stream.token))

    def drop(self, token: str) -> None:
        super().drop(token)
        self.lanes.drop(token)

    def apply(self, frame: bytes, at_ns: int) -> Events | None:
        events = self.lanes.take(frame, at_ns)
        return super().apply(frame, at_ns) if events is None else events

    def _follow(self, token: str, stream: Stream | None) -> None:
        if isinstance(stream, CompiledStream) and all(map(token.startswith, self._topics)):
            self.lanes.put(token, stream.lane)


def ear(frames: Frames, slower: Callable[[bytes | str, int], Sequence[Any]]) -> Ear:
    """Give what hears ordinary frames by itself, and hands all others on."""
    return Ear(cast("CompiledFrames", frames).lanes, slower)


def _plan(layout: Layout) -> tuple[Plan | None, bytes, int]:
    """Give what reads a layout's frames, what they are known by before, and their unit of time."""
    if layout.scope:
        return None, layout.marker, 1
    parts: list[tuple[Path, str]] = [(layout.symbol, "token")]
    if layout.one_change:
        parts.append((layout.bids, "change"))
    else:
        parts += [(layout.bids, "bids"), (layout.asks, "asks")]
    numbers = {
        "first": layout.first,
        "final": layout.final,
        "previous": layout.previous,
        "happened": layout.happened,
        "checksum": layout.checksum,
    }
    parts += [(path, role) for role, path in numbers.items() if path is not None]
    if layout.encoding is Encoding.PROTOBUF:
        return ProtobufPlan(parts), layout.marker, layout.unit.ns
    words: dict[Path, dict[bytes, bool]] = {
        path: {msgspec.json.encode(word): False for word in values}
        for path, values in layout.constants.items()
    }
    parts += [(path, "word") for path in words]
    if layout.kind is not None:
        parts.append((layout.kind, "word"))
        words[layout.kind] = {
            msgspec.json.encode(word): word in layout.snapshots
            for word in layout.changes | layout.snapshots
        }
    plan = JsonPlan(parts, set(layout.optional), words, EACH, (layout.level_items, layout.numbers))
    marked = any(all(layout.marker in word for word in each) for each in words.values())
    marked = marked or bool(
        layout.topics and all(layout.marker in each.encode() for each in layout.topics)
    )
    return plan, b"" if marked else layout.marker, layout.unit.ns
