"""One connection of a venue without its socket: subscriptions, books, heartbeats, silence."""

from collections.abc import Iterable, Mapping, Sequence

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
    Depth,
    GapReason,
    Listing,
    Pair,
    Subscription,
    Trade,
)
from janym.feeds.damage import is_cut_off
from janym.feeds.dialect import Denied, Dialect, Manner, Offered, Said, Taken, Welcome, can_be
from janym.feeds.wants import Wants
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
        limits, self._silence, self._manner = facts
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
        self._wants = Wants(dialect, limits, self._manner, endpoint, listings)
        self._is_open = False
        self._is_ready = False
        self._heartbeat = dialect.heartbeat
        self._beat_every_ns = self._heartbeat.every_ns if self._heartbeat else 0
        self._opened_ns = self._heard_ns = self._beat_ns = 0

    @property
    def streams(self) -> Mapping[Pair, Stream]:
        """Of two books of one pair, the one that speaks more."""
        spoken = sorted(self._frames.streams.values(), key=lambda stream: stream.updates)
        return {stream.pair: stream for stream in spoken}

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        return self._wants.subscriptions

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
        self._wants.forget_answers()
        self._peers.remove(self)
        return self._lose_all(GapReason.DISCONNECTED, at_ns)

    def _begin(self, at_ns: int) -> Effects:
        self._is_ready = True
        return self._ask_for(self._wants.topics, at_ns)

    def pinged(self, at_ns: int) -> None:
        self._heard_ns = at_ns

    # ---- asking

    def subscribe(self, wanted: Sequence[Subscription], at_ns: int) -> Effects:
        effects: list[Effect] = []
        topics: list[str] = []
        for each in wanted:
            refused = self._wants.refusal(each)
            if refused is not None:
                effects.append(Refused(reason=refused, subscription=each))
                continue
            want, is_new = self._wants.note(each)
            if want.token is not None:
                self._frames.put(self._stream(want.token, each.pair))
            if is_new:
                topics.append(want.topic)
        return [*effects, *(self._ask_for(topics, at_ns) if self._is_ready else NOTHING)]

    def unsubscribe(self, unwanted: Sequence[Subscription], at_ns: int) -> Effects:  # noqa: ARG002
        gone = [want for want in map(self._wants.strike, unwanted) if want is not None]
        for want in gone:
            if want.token is not None:
                self._frames.drop(want.token)
        return self._wants.leave([want.topic for want in gone]) if self._is_ready else NOTHING

    def _ask_for(self, topics: Sequence[str], at_ns: int) -> Effects:
        for token in self._wants.books(topics):
            stream = self._frames.get(token)
            if stream is not None and stream.law.source is Source.STREAM:
                stream.expect(at_ns)
        return self._wants.ask(topics)

    def _lose_all(self, reason: GapReason, at_ns: int) -> Effects:
        """Stop believing the books that no other connection carries."""
        others = (peer for peer in self._peers if peer is not self)
        elsewhere = {token for peer in others for token in peer._wants.carried}  # noqa: SLF001
        streams = self._frames.streams.items()
        lost = (stream for token, stream in streams if token not in elsewhere)
        return self._lose(lost, reason, at_ns)

    def _lose(self, streams: Iterable[Stream], reason: GapReason, at_ns: int) -> Effects:
        return [
            effect for stream in streams for effect in self._effects(stream.lose(reason, at_ns))
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
        return self._lose(named or streams.values(), GapReason.MALFORMED, at_ns)

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
            return self._wants.taken(said)
        if isinstance(said, Denied):
            return self._wants.denied(said)
        if isinstance(said, Welcome):
            return NOTHING if self._is_ready or not self._is_open else self._begin(at_ns)
        if isinstance(said, Offered):
            return self._taken(said.token, said.snapshot, at_ns)
        if isinstance(said, Trade | Bbo) and not can_be(said):
            return (Unknown(reason="a price or size that cannot be", excerpt=str(said)[:SHOWN]),)
        return (said,)

    def _taken(self, token: str, snapshot: Snapshot, at_ns: int) -> Effects:
        stream = self._frames.get(token)
        return NOTHING if stream is None else self._effects(stream.answered(snapshot, at_ns))

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
        want = self._wants.of_book(token)
        depth = want.depth if want else Depth.FULL
        request = self._dialect.snapshot(token, depth, self._wants.number())
        if isinstance(request, Request):
            return (Fetch(request=request),)
        if isinstance(request, Send):
            return (request,)
        if want is None or not self._is_ready:
            return NOTHING
        return [*self._wants.leave([want.topic]), *self._wants.ask([want.topic])]
