"""One connection of a venue without its socket: subscriptions, books, heartbeats, silence."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from janym.book.book import UNKNOWN
from janym.book.decoder import Decode
from janym.book.keepers import Keeper
from janym.book.law import Source
from janym.book.layout import Layout
from janym.book.message import Resync, Snapshot
from janym.book.stream import Events, Stream
from janym.domain.market import (
    Bbo,
    BookUpdate,
    Channel,
    Depth,
    GapReason,
    Listing,
    Pair,
    Subscription,
    Trade,
)
from janym.feeds.damage import is_cut_off
from janym.feeds.dialect import Denied, Dialect, Manner, Offered, Said, Taken, Want, Welcome, can_be
from janym.ports.feeds import (
    SECOND,
    Close,
    Dial,
    Effect,
    Effects,
    Endpoint,
    Fetch,
    Limits,
    Purpose,
    Refused,
    Request,
    Send,
    Silence,
    Subscribed,
    Unknown,
)

NOTHING: Effects = ()
WELCOME_NS = 10 * SECOND
"""A venue that greets does so within this time."""
SHOWN = 80
"""Characters of a frame that are shown when it is refused."""


class VenueSession:
    """`ports.feeds.Session` for a venue that pushes.

    Args:
        dialect: the venue's words.
        facts: its limits, its silence, and how it wants to be asked.
        kinds: what decodes its book messages; most frequent first.
        endpoint: where this connection goes.
        listings: what can be subscribed to.
        keeper: what keeps its books.
        adopts: take every book that frames speak of.
        inherits: a session whose books this one shares.
    """

    def __init__(  # noqa: PLR0913 - the feed puts it together, nobody else
        self,
        dialect: Dialect,
        facts: tuple[Limits, Silence, Manner],
        kinds: Sequence[tuple[Layout, Decode]],
        endpoint: Endpoint,
        listings: Mapping[Pair, Listing],
        *,
        keeper: Keeper,
        adopts: bool = False,
        inherits: "VenueSession | None" = None,
    ) -> None:
        self._dialect = dialect
        self._opened_up = dialect.opened_up
        self._limits, self._silence, self._manner = facts
        self._endpoint = endpoint
        self._listings = listings
        self._pairs: dict[str, Pair] = {}
        self._adopts = adopts
        opens = self._adopted if adopts else None
        self._keeper = keeper
        self._frames = keeper.frames(kinds, opens) if inherits is None else inherits._frames  # noqa: SLF001 - of its own kind
        self.ear = keeper.ear and keeper.ear(self._frames, self.receive)
        if self.ear:
            self.__dict__["receive"] = self.ear.receive  # hands on to the method what it cannot
        self._peers: list[VenueSession] = [] if inherits is None else inherits._peers  # noqa: SLF001
        self._wants: dict[str, Want] = {}
        self._asked: dict[int, Sequence[str]] = {}
        self._carried: set[str] = set()
        self._number = 0
        self._is_open = False
        self._is_ready = False
        self._heartbeat = dialect.heartbeat
        self._beat_every_ns = self._heartbeat.every_ns if self._heartbeat else 0
        self._opened_ns = 0
        self._heard_ns = 0
        self._beat_ns = 0

    @property
    def streams(self) -> Mapping[Pair, Stream]:
        """Of two books of one pair, the one that speaks more."""
        spoken = sorted(self._frames.streams.values(), key=lambda stream: stream.updates)
        return {stream.pair: stream for stream in spoken}

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        return frozenset(each for want in self._wants.values() for each in want.subscriptions)

    def dial(self, at_ns: int) -> Effects:  # noqa: ARG002 - asking takes no time here
        entrance = self._manner.entrance
        if entrance is not None:
            return (Fetch(request=entrance.request),)
        return (Dial(url=self._endpoint.url),)

    def opened(self, at_ns: int) -> Effects:
        self._is_open = True
        self._opened_ns = self._heard_ns = self._beat_ns = at_ns
        self._peers.append(self)
        return NOTHING if self._manner.entrance is not None else self._begin(at_ns)

    def closed(self, at_ns: int) -> Effects:
        """Books that a session which shares them has subscribed to as well go on."""
        if not self._is_open:
            return NOTHING
        self._is_open = self._is_ready = False
        self._asked.clear()
        self._carried.clear()
        self._peers.remove(self)
        return self._lose_all(GapReason.DISCONNECTED, at_ns)

    def _begin(self, at_ns: int) -> Effects:
        self._is_ready = True
        return self._ask_for(sorted(self._wants), at_ns)

    def pinged(self, at_ns: int) -> None:
        self._heard_ns = at_ns

    # ---- asking

    def subscribe(self, wanted: Sequence[Subscription], at_ns: int) -> Effects:
        effects: list[Effect] = []
        topics: list[str] = []
        for each in wanted:
            refused = self._refusal(each)
            if refused is not None:
                effects.append(Refused(reason=refused, subscription=each))
            elif self._note(each):
                topics.append(self._topic(each))
        return [*effects, *(self._ask_for(topics, at_ns) if self._is_ready else NOTHING)]

    def unsubscribe(self, unwanted: Sequence[Subscription], at_ns: int) -> Effects:  # noqa: ARG002
        gone: list[str] = []
        for each in unwanted:
            topic = self._topic(each) if each.pair in self._listings else ""
            want = self._wants.get(topic)
            if want is None:
                continue
            left = want.subscriptions - {each}
            if left:
                self._wants[topic] = Want(topic=topic, token=want.token, subscriptions=left)
                continue
            del self._wants[topic]
            gone.append(topic)
            if want.token is not None:
                self._carried.discard(want.token)
                self._frames.drop(want.token)
        return self._sends(gone, on=False) if self._is_ready else NOTHING

    def _refusal(self, wanted: Subscription) -> str | None:
        if wanted.channel not in self._endpoint.channels:
            return f"{wanted.channel} is not carried by the endpoint {self._endpoint.name}"
        if wanted.pair not in self._listings:
            return f"{wanted.pair} is not listed"
        if self._limits.topics is not None and len(self._wants) >= self._limits.topics:
            return f"a connection carries {self._limits.topics} topics at most"
        pairs = {each.pair for each in self.subscriptions} | {wanted.pair}
        if len(pairs) > self._limits.pairs:
            return f"a connection carries {self._limits.pairs} pairs at most"
        return None

    def _topic(self, wanted: Subscription) -> str:
        symbol = self._listings[wanted.pair].symbol
        return self._dialect.topic(wanted.channel, wanted.depth, symbol)

    def _note(self, wanted: Subscription) -> bool:
        """Write a subscription down; say whether its topic is new."""
        topic, symbol = self._topic(wanted), self._listings[wanted.pair].symbol
        had = self._wants.get(topic)
        token = self._dialect.token(wanted.depth, symbol)
        self._wants[topic] = Want(
            topic=topic,
            token=token if wanted.channel is Channel.BOOK else None,
            subscriptions=frozenset({wanted, *(had.subscriptions if had else ())}),
        )
        if wanted.channel is Channel.BOOK:
            self._frames.put(self._stream(token, wanted.pair))
        return had is None

    def _ask_for(self, topics: Sequence[str], at_ns: int) -> Effects:
        for topic in topics:
            token = self._wants[topic].token
            stream = self._frames.get(token) if token is not None else None
            if stream is not None and stream.law.source is Source.STREAM:
                stream.expect(at_ns)
        return self._sends(topics, on=True)

    def _sends(self, topics: Sequence[str], *, on: bool) -> Sequence[Send]:
        group = self._manner.group
        if on and self._manner.replaces:
            groups = set(map(group, topics))
            topics = [topic for topic in sorted(self._wants) if group(topic) in groups]
        return [self._send(batch, on=on) for batch in self._batches(topics)]

    def _batches(self, topics: Sequence[str]) -> Iterator[Sequence[str]]:
        size, group = self._limits.arguments, self._manner.group
        for _, alike in groupby(sorted(topics, key=group), key=group):
            rest = list(alike)
            yield from (rest[start : start + size] for start in range(0, len(rest), size))

    def _send(self, topics: Sequence[str], *, on: bool) -> Send:
        self._number += 1
        self._asked[self._number] = topics if on else ()
        write = self._dialect.subscribe if on else self._dialect.unsubscribe
        return Send(frame=write(topics, self._number), subscribes=True)

    def _lose_all(self, reason: GapReason, at_ns: int) -> Effects:
        """Stop believing the books that no other connection carries."""
        others = (peer for peer in self._peers if peer is not self)
        elsewhere = {token for peer in others for token in peer._carried}  # noqa: SLF001
        return [
            effect
            for token, stream in self._frames.streams.items()
            if token not in elsewhere
            for effect in self._effects(stream.lose(reason, at_ns))
        ]

    # ---- hearing

    def receive(self, frame: bytes | str, at_ns: int) -> Effects:
        self._heard_ns = at_ns
        raw = frame.encode() if isinstance(frame, str) else frame
        try:
            raw = self._opened_up(raw)
        except ValueError as error:
            unknown = Unknown(reason=str(error), excerpt=repr(raw[:SHOWN]))
            return [unknown, *self._doubt(raw, at_ns)]
        events = self._frames.apply(raw, at_ns)
        if events is not None:
            if len(events) == 1 and isinstance(events[0], BookUpdate):
                return events  # pyright: ignore[reportReturnType] - nothing else is in it
            return self._effects(events)
        try:
            said = self._dialect.read(raw, self._pair, at_ns)
        except RecursionError:
            said = (Unknown(reason="nested too deep", excerpt=repr(raw[:SHOWN])),)
        effects = [effect for each in said for effect in self._said(each, at_ns)]
        if is_cut_off(raw) and any(isinstance(each, Unknown) for each in said):
            effects.extend(self._doubt(raw, at_ns))
        return effects

    def _doubt(self, raw: bytes, at_ns: int) -> Effects:
        """Stop believing the books that a spoiled frame names, or all where it names none."""
        streams = self._frames.streams
        named = [stream for token, stream in streams.items() if token.encode() in raw]
        return [
            effect
            for stream in named or streams.values()
            for effect in self._effects(stream.lose(GapReason.MALFORMED, at_ns))
        ]

    def answered(self, request: Request, status: int, body: bytes, at_ns: int) -> Effects:
        if status != 200:
            reason = f"HTTP {status}" if status else "no answer"
            return (Refused(reason=reason, request=request),)
        entrance = self._manner.entrance
        try:
            if request.purpose is Purpose.TOKEN and entrance is not None:
                ticket = entrance.read(body)
                self._beat_every_ns = ticket.heartbeat_ns
                return (Dial(url=ticket.url),)
            snapshot = self._dialect.read_snapshot(request, body)
        except (ValueError, RecursionError) as error:
            return (Refused(reason=str(error), request=request),)
        return self._taken(self._dialect.token(Depth.FULL, request.symbol), snapshot, at_ns)

    def tick(self, at_ns: int) -> Effects:
        effects: list[Effect] = []
        for stream in list(self._frames.streams.values()):
            effects.extend(self._effects(stream.tick(at_ns, self._silence.book_ns)))
        if not self._is_open:
            return effects
        heard_ns = max(self._heard_ns, self.ear.heard_ns if self.ear else 0)
        if at_ns - heard_ns > self._silence.connection_ns:
            effects.extend(self._lose_all(GapReason.SILENCE, at_ns))
            effects.append(Close(reason="silence"))
        if not self._is_ready and at_ns - self._opened_ns > WELCOME_NS:
            effects.append(Close(reason="no welcome"))
        if self._heartbeat is not None and at_ns - self._beat_ns >= self._beat_every_ns:
            self._beat_ns = at_ns
            effects.append(self._heartbeat.beat(at_ns))
        return effects

    def _said(self, said: Said, at_ns: int) -> Effects:
        if isinstance(said, Taken):
            named = said.topics or self._of(self._oldest(said.group) if said.group else said.id)
            topics = [topic for topic in named if topic in self._wants]
            self._carried |= {self._wants[topic].token or "" for topic in topics}
            return [
                Subscribed(subscription=each)
                for topic in topics
                for each in sorted(self._wants[topic].subscriptions, key=str)
            ]
        if isinstance(said, Denied):
            return self._denied(said)
        if isinstance(said, Welcome):
            return NOTHING if self._is_ready or not self._is_open else self._begin(at_ns)
        if isinstance(said, Offered):
            return self._taken(said.token, said.snapshot, at_ns)
        if isinstance(said, Trade | Bbo) and not can_be(said):
            return (Unknown(reason="a price or size that cannot be", excerpt=str(said)[:SHOWN]),)
        return (said,)

    def _denied(self, said: Denied) -> Effects:
        topics = [topic for topic in said.topics or self._of(said.id) if topic in self._wants]
        return [
            Refused(reason=said.reason, subscription=each)
            for topic in topics
            for each in self._wants[topic].subscriptions
        ] or [Refused(reason=said.reason)]

    def _taken(self, token: str, snapshot: Snapshot, at_ns: int) -> Effects:
        stream = self._frames.get(token)
        return NOTHING if stream is None else self._effects(stream.answered(snapshot, at_ns))

    def _of(self, number: str | int | None) -> Sequence[str]:
        """Give what a message of ours asked for; nothing for a number that is not ours."""
        text = str(number)
        return self._asked.pop(int(text), ()) if text.isdecimal() else ()

    def _oldest(self, group: str) -> int | None:
        """Give the number of the oldest message of ours that asked for topics of a group."""
        return next(
            (
                number
                for number, topics in self._asked.items()
                if topics and self._manner.group(topics[0]) == group
            ),
            None,
        )

    def _pair(self, symbol: str) -> Pair | None:
        if len(self._pairs) != len(self._listings):
            self._pairs = {listing.symbol: pair for pair, listing in self._listings.items()}
        pair = self._pairs.get(symbol)
        return self._dialect.guess(symbol) if pair is None and self._adopts else pair

    def _adopted(self, token: str) -> Stream | None:
        """Open a book that nobody asked for; other spellings of its topic lead to the same one."""
        symbol = self._dialect.symbol(token)
        pair, usual = self._pair(symbol), self._dialect.token(Depth.FULL, symbol)
        if pair is None:
            return None
        law = self._dialect.law(token)
        if usual != token and law is self._dialect.law(usual) and law.source is not Source.STREAM:
            return self._frames.get(usual)
        return self._stream(token, pair)

    def _stream(self, token: str, pair: Pair) -> Stream:
        listing = self._listings.get(pair)
        scale = listing.scale if listing else UNKNOWN
        return self._keeper.stream(token, pair, self._dialect.law(token), scale=scale)

    def _effects(self, events: Events) -> Effects:
        """Turn the wish for a whole book into a request for one; all else is told as it is."""
        effects: list[Effect] = []
        for event in events:
            if isinstance(event, Resync):
                effects.extend(self._again(event.token))
            else:
                effects.append(event)
        return effects

    def _again(self, token: str) -> Effects:
        """Ask for a whole book: by request, or by subscribing again."""
        want = next((want for want in self._wants.values() if want.token == token), None)
        self._number += 1
        depth = want.depth if want else Depth.FULL
        request = self._dialect.snapshot(token, depth, self._number)
        if isinstance(request, Request):
            return (Fetch(request=request),)
        if isinstance(request, Send):
            return (request,)
        if want is None or not self._is_ready:
            return NOTHING
        return [*self._sends([want.topic], on=False), *self._sends([want.topic], on=True)]
