"""Writes down what the pools hear: books, trades, best prices, and when any could not be had."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from janym.book.message import BookLive, BookStale
from janym.book.stream import Stream
from janym.domain.market import (
    Bbo,
    BookState,
    BookUpdate,
    Channel,
    Gap,
    GapReason,
    Trade,
)
from janym.live.links import Link, Lost
from janym.ports.feeds import Feed, Refused, Subscribed
from janym.ports.market_history import BookLine, Place, Recorder, Unwritable, Whole

SECOND = 1_000_000_000
TOLD = frozenset({Channel.TRADES, Channel.BBO})
"""Channels that do not say themselves when they were not heard, as books do."""


@dataclass(slots=True)
class Counters:
    """What was heard so far."""

    updates: int = 0
    trades: int = 0
    quotes: int = 0
    gaps: int = 0
    refused: int = 0


class Ledger:
    """One for all pools.

    Args:
        recorder: where rows go.
        now_ns: the time.
        snapshot_every_s: how often a live book is written down whole.
    """

    def __init__(
        self, recorder: Recorder, *, now_ns: Callable[[], int], snapshot_every_s: float
    ) -> None:
        self.counters = Counters()
        self.refusals: dict[Place, str] = {}
        self._recorder = recorder
        self._now_ns = now_ns
        self._every_ns = round(snapshot_every_s * SECOND)
        self._lines: dict[Place, BookLine] = {}
        self._due: dict[Place, int] = {}
        self._open: dict[tuple[Place, Channel], Gap] = {}
        self._heard: dict[tuple[Place, Channel], int] = {}
        """Since when a channel is heard here; what happened to it later has gaps of its own."""
        self._unwritable: set[Place] = set()
        """Books that have more places or digits just now than can be kept."""

    def hears(self, feed: Feed) -> Callable[[Link, object], None]:
        """Give what a pool of this market tells its news."""
        lines = self._lines
        venue, market = feed.venue, feed.market

        def hear(link: Link, effect: object) -> None:
            if isinstance(effect, BookUpdate):
                place = Place(venue, market, effect.pair)
                self.counters.updates += 1
                try:
                    if effect.snapshot or place not in lines:
                        self._began(place, link, effect)
                    else:
                        lines[place].updated(effect)
                except Unwritable as why:
                    self._break_off(place, effect.received_ns, why)
            elif isinstance(effect, Trade):
                self.counters.trades += 1
                self._note(Place(venue, market, effect.pair), effect)
            elif isinstance(effect, Bbo):
                self.counters.quotes += 1
                self._note(Place(venue, market, effect.pair), effect)
            else:
                self._news(feed, effect)

        return hear

    def attend(self, place: Place, channels: Iterable[Channel], covered_ns: int) -> None:
        """Say that a book is taken up, and with it these, written up to a moment.

        What is heard already, for nobody could say up to when it is written, was missing until it
        was heard.
        """
        gap = Gap(
            pair=place.pair,
            reason=GapReason.UNATTENDED,
            good_until_ns=covered_ns,
            noticed_ns=self._now_ns(),
        )
        for channel in channels:
            heard = self._heard.get((place, channel))
            if heard is None:
                self._opened(place, channel, gap)
            elif heard > covered_ns:
                self.counters.gaps += 1
                self._recorder.gap(place, replace(gap, ended_ns=heard), channel=channel)

    def forget(self, places: Iterable[Place]) -> None:
        """Say that books are not collected here any more; what is open is their next holder's."""
        for place in places:
            self._lines.pop(place, None)
            self._due.pop(place, None)
            self.refusals.pop(place, None)
            self._unwritable.discard(place)
            for channel in Channel:
                self._open.pop((place, channel), None)
                self._heard.pop((place, channel), None)

    def snapshots(self, feed: Feed, streams: Iterable[Stream]) -> None:
        """Write whole books down whose time has come (S4-052)."""
        now = self._now_ns()
        for stream in streams:
            place = Place(feed.venue, feed.market, stream.pair)
            line = self._lines.get(place)
            due = self._due.get(place)
            if line is None or due is None or due > now or stream.state is not BookState.LIVE:
                continue
            self._due[place] = now + self._every_ns
            try:
                line.whole(_whole(stream, now))
            except Unwritable as why:
                self._break_off(place, now, why)

    def _began(self, place: Place, link: Link, update: BookUpdate) -> None:
        line = self._lines.get(place)
        if line is None:
            line = self._lines[place] = self._recorder.book(place)
        stream = link.session.streams.get(place.pair)
        if not update.snapshot and stream is not None:
            line.began(_whole(stream, update.received_ns))
        else:
            line.began(_told(update, stream))
        if place in self._unwritable:
            self._unwritable.discard(place)
            self.refusals.pop(place, None)
            self._ended(place, Channel.BOOK, update.received_ns, None)
        spread = hash(place) % max(1, self._every_ns // 2)
        self._due[place] = update.received_ns + self._every_ns // 2 + spread

    def _note(self, place: Place, told: Trade | Bbo) -> None:
        channel = Channel.TRADES if isinstance(told, Trade) else Channel.BBO
        try:
            if isinstance(told, Trade):
                self._recorder.trade(place, told)
            else:
                self._recorder.quote(place, told)
        except Unwritable as why:
            gap = replace(self._unwritten(place, told.received_ns, why), ended_ns=told.received_ns)
            self._recorder.gap(place, gap, channel=channel, lost_rows=1)

    def _break_off(self, place: Place, at_ns: int, why: Unwritable) -> None:
        """Say that a book is not written down from here on, until all of it can be again."""
        self._lines.pop(place, None)
        self._due.pop(place, None)
        self._unwritable.add(place)
        self.refusals[place] = str(why)
        self._opened(place, Channel.BOOK, self._unwritten(place, at_ns, why))

    def _unwritten(self, place: Place, at_ns: int, why: Unwritable) -> Gap:
        self.counters.refused += 1
        return Gap(
            pair=place.pair,
            reason=GapReason.UNWRITTEN,
            good_until_ns=at_ns,
            noticed_ns=self._now_ns(),
            detail=str(why),
        )

    def _news(self, feed: Feed, effect: object) -> None:
        match effect:
            case BookStale(gap=gap):
                self._opened(Place(feed.venue, feed.market, gap.pair), Channel.BOOK, gap)
            case BookLive(pair=pair, at_ns=at_ns, gap=gap):
                place = Place(feed.venue, feed.market, pair)
                if place not in self._unwritable:
                    self._ended(place, Channel.BOOK, at_ns, gap)
            case Lost():
                self._lost(feed, effect)
            case Subscribed(subscription=taken) if taken.channel in TOLD:
                place = Place(feed.venue, feed.market, taken.pair)
                self._ended(place, taken.channel, self._now_ns(), None)
            case Refused(reason=reason, subscription=subscription):
                self.counters.refused += 1
                if subscription is not None:
                    self.refusals[Place(feed.venue, feed.market, subscription.pair)] = reason
            case _:
                pass

    def _lost(self, feed: Feed, lost: Lost) -> None:
        for subscription in lost.subscriptions:
            if subscription.channel not in TOLD:
                continue  # a book says so itself
            gap = Gap(
                pair=subscription.pair,
                reason=GapReason.DISCONNECTED,
                good_until_ns=lost.heard_ns,
                noticed_ns=lost.at_ns,
                detail=lost.reason,
            )
            place = Place(feed.venue, feed.market, gap.pair)
            self._opened(place, subscription.channel, gap)

    def _opened(self, place: Place, channel: Channel, gap: Gap) -> None:
        if (place, channel) in self._open:
            return  # the first one lasts until all is well again
        self.counters.gaps += 1
        self._open[place, channel] = gap
        self._recorder.gap(place, gap, channel=channel)

    def _ended(self, place: Place, channel: Channel, at_ns: int, told: Gap | None) -> None:
        self._heard.setdefault((place, channel), at_ns)
        gap = self._open.pop((place, channel), told)
        if gap is not None:
            self._recorder.gap(place, replace(gap, ended_ns=at_ns), channel=channel)


def _whole(stream: Stream, at_ns: int) -> Whole:
    book = stream.book
    return Whole(
        bids=book.bids.top(None),
        asks=book.asks.top(None),
        bid_edge=book.bids.edge,
        ask_edge=book.asks.edge,
        keep=stream.law.keep,
        scale=book.scale,
        sequence=stream.sequence,
        happened_ns=0,
        received_ns=at_ns,
    )


def _told(update: BookUpdate, stream: Stream | None) -> Whole:
    """Take the levels of a message that is a whole book; its edges are the book's."""
    bid_edge = ask_edge = keep = None
    if stream is not None:
        finer = stream.book.scale.price_places - update.scale.price_places
        bid_edge = _coarser(stream.book.bids.edge, finer)
        ask_edge = _coarser(stream.book.asks.edge, finer)
        keep = stream.law.keep
    return Whole(
        bids=update.bids,
        asks=update.asks,
        bid_edge=bid_edge,
        ask_edge=ask_edge,
        keep=keep,
        scale=update.scale,
        sequence=update.sequence,
        happened_ns=update.happened_ns,
        received_ns=update.received_ns,
    )


def _coarser(ticks: int | None, finer: int) -> int | None:
    """Turn ticks into units that are `finer` places coarser."""
    return None if ticks is None else ticks // 10**finer
