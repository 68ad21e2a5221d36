"""A decentralised exchange of one's own: a driver that is polled over REST, by the venues' port.

    GET /books/WETH-USDC  {"block": 19000000, "time": 1700000000, "bids": [["2000.5", "1.25"]],
                           "asks": [["2001", "3"]], "swaps": [{"id": "0xab", "price": "2001",
                           "amount": "0.5", "side": "buy", "time": 1700000000}]}
    GET /pairs            [{"base": "WETH", "quote": "USDC", "tick": "0.01", "step": "0.0001"}]

It is not told as the other venues are, in words for a shared session: it has a session of its own.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from janym.book.keepers import Ear
from janym.book.law import Follows, Law, Source
from janym.book.message import Heard, Resync
from janym.book.stream import Events, Stream
from janym.domain.errors import OutcomeUnknown
from janym.domain.market import (
    Channel,
    GapReason,
    Listing,
    Market,
    Pair,
    Subscription,
    Trade,
    VenueId,
)
from janym.domain.trading import Side
from janym.ports.feeds import (
    POLLED,
    SECOND,
    Dial,
    Effect,
    Effects,
    Endpoint,
    Feed,
    Fetch,
    Limits,
    Page,
    Purpose,
    Rate,
    Refused,
    Request,
    Session,
    Silence,
    Subscribed,
    Unknown,
)

BOOKS = "/books/"
LAW = Law(follows=Follows.ALONE, source=Source.STREAM)
PAIRS = Request(purpose=Purpose.INSTRUMENTS, path="/pairs", query={}, weight=1)
LIMITS = Limits(
    pairs=10, topics=None, connections=Rate(count=10, per_ns=SECOND),
    messages=Rate(count=10, per_ns=SECOND), arguments=1, message_bytes=None, subscribes=None,
    weight=Rate(count=50, per_ns=SECOND), lifetime_ns=None,
)  # fmt: skip
SILENCE = Silence(connection_ns=60 * SECOND, book_ns=20 * SECOND)


class PolledSession:
    """`ports.feeds.Session`: each pair's block is asked for again and again."""

    ear: Ear | None = None

    def __init__(self, every_ns: int, listings: Mapping[Pair, Listing], *, adopts: bool) -> None:
        self._every_ns = every_ns
        self._listings = listings
        self._adopts = adopts
        self._streams: dict[str, Stream] = {}
        self._wanted: set[Subscription] = set()
        self._asked_ns: dict[str, int] = {}
        self._told: set[str] = set()
        self._is_open = False

    @property
    def streams(self) -> Mapping[Pair, Stream]:
        return {stream.pair: stream for stream in self._streams.values()}

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        return frozenset(self._wanted)

    def dial(self, at_ns: int) -> Effects:  # noqa: ARG002
        return (Dial(url=POLLED),)

    def opened(self, at_ns: int) -> Effects:
        self._is_open = True
        taken = [Subscribed(subscription=each) for each in sorted(self._wanted, key=str)]
        return [*taken, *self._ask(at_ns)]

    def subscribe(self, wanted: Sequence[Subscription], at_ns: int) -> Effects:
        effects: list[Effect] = []
        for each in wanted:
            if each.pair not in self._listings or each.channel is Channel.BBO:
                effects.append(Refused(reason="not offered", subscription=each))
                continue
            self._wanted.add(each)
            self._open(self._listings[each.pair].symbol, each.pair)
            effects += [Subscribed(subscription=each)] if self._is_open else []
        return [*effects, *(self._ask(at_ns) if self._is_open else ())]

    def unsubscribe(self, unwanted: Sequence[Subscription], at_ns: int) -> Effects:  # noqa: ARG002
        self._wanted -= set(unwanted)
        pairs = {each.pair for each in self._wanted}
        self._streams = {s: stream for s, stream in self._streams.items() if stream.pair in pairs}
        return ()

    def receive(self, frame: bytes | str, at_ns: int) -> Effects:  # noqa: ARG002
        return (Unknown(reason="this venue sends no frames", excerpt=repr(frame[:20])),)

    def pinged(self, at_ns: int) -> None:
        """Nothing pings here."""

    def answered(self, request: Request, status: int, body: bytes, at_ns: int) -> Effects:
        if self._adopts:
            self._open(request.symbol, Pair(request.symbol.replace("-", "/")))
        stream = self._streams.get(request.symbol)
        if stream is None:
            return ()
        try:
            if status != 200:
                raise ValueError(f"HTTP {status}")  # noqa: TRY301
            heard, swaps = _read(request.symbol, json.loads(body))
        except (KeyError, TypeError, ValueError) as error:
            return (Refused(reason=f"no book: {error}", request=request),)
        new = [swap for swap in swaps if swap["id"] not in self._told]
        self._told |= {swap["id"] for swap in new}
        return [
            *_effects(stream.hear(heard, at_ns)),
            *(_trade(swap, stream.pair, at_ns) for swap in new),
        ]

    def tick(self, at_ns: int) -> Effects:
        stale = [
            effect
            for stream in self._streams.values()
            for effect in _effects(stream.tick(at_ns, SILENCE.book_ns))
        ]
        return [*stale, *(self._ask(at_ns) if self._is_open else ())]

    def closed(self, at_ns: int) -> Effects:
        self._is_open = False
        self._asked_ns.clear()
        return [
            effect
            for stream in self._streams.values()
            for effect in _effects(stream.lose(GapReason.DISCONNECTED, at_ns))
        ]

    def _open(self, symbol: str, pair: Pair) -> None:
        self._streams.setdefault(symbol, Stream(symbol, pair, LAW))

    def _ask(self, at_ns: int) -> Effects:
        due = [
            symbol
            for symbol in self._streams
            if at_ns - self._asked_ns.get(symbol, -self._every_ns) >= self._every_ns
        ]
        self._asked_ns |= dict.fromkeys(due, at_ns)
        return [Fetch(request=_book_of(symbol)) for symbol in due]


class PolledFeed:
    """`ports.feeds.Feed`."""

    venue = VenueId("dex")
    market = Market.SPOT
    endpoints = (Endpoint(name="polled", url=POLLED, channels=frozenset(Channel)),)
    rest = "https://dex.example"
    limits = LIMITS
    silence = SILENCE

    def __init__(self, every_ns: int = SECOND) -> None:
        self._every_ns = every_ns

    def session(
        self,
        endpoint: Endpoint,  # noqa: ARG002
        listings: Mapping[Pair, Listing],
        *,
        adopts: bool = False,
        inherits: Session | None = None,  # noqa: ARG002
    ) -> PolledSession:
        return PolledSession(self._every_ns, listings, adopts=adopts)

    def recognize(self, url: str) -> Request | None:
        _, found, symbol = url.partition(BOOKS)
        return _book_of(symbol) if found else None

    def instruments(self) -> Request:
        return PAIRS

    def page(self, request: Request, body: bytes) -> Page:  # noqa: ARG002
        try:
            return Page(listings=[self._listing(row) for row in json.loads(body)])
        except (KeyError, TypeError, ValueError) as error:
            raise OutcomeUnknown("dex lists nothing we know") from error

    def _listing(self, row: dict[str, str]) -> Listing:
        return Listing(
            venue=self.venue,
            market=self.market,
            pair=Pair(f"{row['base']}/{row['quote']}"),
            symbol=f"{row['base']}-{row['quote']}",
            tick=Decimal(row["tick"]),
            step=Decimal(row["step"]),
        )


DEX: Feed = PolledFeed()
"""It fits, or this does not type-check."""


def _book_of(symbol: str) -> Request:
    return Request(purpose=Purpose.SNAPSHOT, path=BOOKS + symbol, query={}, weight=1, symbol=symbol)


def _read(symbol: str, given: Any) -> tuple[Heard, list[dict[str, Any]]]:
    bids, asks = ([(str(p), str(q)) for p, q in given[side]] for side in ("bids", "asks"))
    block, at_ns = int(given["block"]), int(given["time"]) * SECOND
    return Heard(symbol, True, block, block, 0, bids, asks, at_ns, None), given.get("swaps", [])


def _trade(swap: dict[str, Any], pair: Pair, at_ns: int) -> Trade:
    return Trade(
        pair,
        swap["id"],
        Decimal(swap["price"]),
        Decimal(swap["amount"]),
        Side(swap["side"]),
        int(swap["time"]) * SECOND,
        at_ns,
    )


def _effects(events: Events) -> list[Effect]:
    """A book that is asked for all the time needs no asking of its own."""
    return [event for event in events if not isinstance(event, Resync)]
