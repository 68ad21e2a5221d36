"""One book and all that is heard of it: what is believed, and from when on it is not.

    EMPTY ──change──> SYNCING ──snapshot and a change that reaches it──> LIVE
    EMPTY | SYNCING ──snapshot in the stream──> LIVE
    LIVE ──a message that does not follow · wrong checksum · crossed · unreadable──> STALE
    LIVE ──silence · a frame that is cut off──> STALE ──the message that follows──> LIVE
    LIVE ──snapshot that does not follow──> STALE ──the same snapshot──> LIVE
    STALE ──as SYNCING──> LIVE

A stream takes messages, answers and the time; it returns what came of them. It never shows a book
as right that a lost, repeated, swapped or late message may have made wrong.
"""

from collections.abc import Sequence
from typing import Any, cast

from janym.book.belief import LIVE, SECOND, Belief
from janym.book.book import UNKNOWN, OrderBook
from janym.book.changes import Changes
from janym.book.checksum import Checksums
from janym.book.decimals import NotANumber
from janym.book.follow import FOLLOWS
from janym.book.law import Follows, Law
from janym.book.message import BookLive, BookStale, Change, Heard, Resync, Snapshot
from janym.book.waiting import Missed, Waiting
from janym.domain.market import BookState, BookUpdate, GapReason, Pair, Scale

Event = BookUpdate | BookStale | BookLive | Resync
Events = Sequence[Event]

ASK_AGAIN_NS = 10 * SECOND
"""A snapshot that has not come after so long is asked for again."""
GIVE_UP_NS = 300 * SECOND
"""A book that is merely silent is waited for that long, for its next message proves it."""
CLOCK_SET_NS = 60 * SECOND
"""A snapshot that seems older by more than that is none that was late: a clock was set."""
LOOK_EVERY = 32
"""Whether prices near the edge of the snapshot is looked at each so many messages."""
AHEAD_NS = SECOND // 2
"""While two connections bring one book, the slower is no further behind the faster."""

NOTHING: Events = ()

_tuple = cast("Any", tuple).__new__
"""Makes a named tuple in half the time that calling its class takes."""


class Stream:
    """What is known of one book.

    Args:
        token: what frames name it by.
        pair: our name of it.
        law: how its messages follow.
        scale: what its numbers are counted in to begin with.
    """

    __slots__ = (
        "_ahead",
        "_alone",
        "_asked_ns",
        "_belief",
        "_checksums",
        "_fetches",
        "_follows",
        "_good_ns",
        "_happened_ns",
        "_heard_ns",
        "_last",
        "_numbered",
        "_waiting",
        "_whole",
        "book",
        "law",
        "pair",
        "token",
        "updates",
    )

    books: type[OrderBook] = OrderBook
    """What keeps the levels."""

    def __init__(self, token: str, pair: Pair, law: Law, *, scale: Scale = UNKNOWN) -> None:
        self.token = token
        self.pair = pair
        self.law = law
        self.updates = 0
        """Book messages written into it."""
        self.book = self.books(scale, keep=law.keep)
        """The levels as last known; right only while `state` is LIVE."""
        self._checksums = None if law.checksum is None else Checksums(law)
        self._follows = FOLLOWS[law.follows]
        self._alone = law.follows is Follows.ALONE
        self._numbered = not self._alone and law.checksum is None
        self._fetches = law.fetches
        self._waiting = Waiting(law, self.books)
        self._last = 0
        self._happened_ns = 0
        self._heard_ns = 0
        self._good_ns = 0
        self._whole = False
        self._asked_ns: int | None = None
        self._belief = Belief(pair)
        self._ahead: tuple[Heard, int] | None = None
        """A whole book that is further than the live one, and when it came."""

    @property
    def state(self) -> BookState:
        return self._belief.state

    @property
    def gaps(self) -> int:
        """How often it was lost."""
        return self._belief.gaps

    @property
    def sequence(self) -> int:
        """The venue's number of the last change in the book."""
        return self._last

    @property
    def heard_ns(self) -> int:
        """When the last message of this book arrived."""
        return self._heard_ns

    def hear(self, message: Heard, at_ns: int) -> Events:
        """Take one message of the stream."""
        self._heard_ns = at_ns
        if message.snapshot or self._alone:
            return self._begin(message, at_ns)
        if not self._whole:
            return self._keep_back(message, at_ns)
        if not self._follows(message, self._last):
            return self._break_off(message, at_ns)
        try:
            self.book.change(message.bids, message.asks)
        except NotANumber as bad:
            return self._break(message, GapReason.MALFORMED, at_ns, str(bad))
        return self._written(message, at_ns)

    def go_on(self, change: Change, happened_ns: int, at_ns: int) -> BookUpdate | None:
        """Take a change that follows and leaves a live book right; None for any other message.

        Such a one is to be heard in full: what is written of it is written again then.
        """
        belief, last = self._belief, self._last
        if not (belief.state is LIVE and self._numbered and self._follows(change, last)):
            return None
        if self._fetches and self._is_renewing():
            return None
        try:
            self.book.change(change.bids, change.asks)
        except NotANumber:
            return None
        if self.book.fault() is not None:
            return None
        if self._fetches and self._is_thin(self.updates + 1):
            return None
        self._heard_ns = at_ns
        return self._note(change, False, happened_ns, at_ns)

    def expect(self, at_ns: int) -> None:
        """A snapshot was asked for from outside, by subscribing."""
        self._asked_ns = at_ns

    def answered(self, snapshot: Snapshot, at_ns: int) -> Events:
        """Take a snapshot that was asked for; one that nobody waits for changes nothing."""
        if self._asked_ns is None and self.state in {LIVE, BookState.STALE}:
            return NOTHING
        self._asked_ns = None
        if self._whole and self.state is BookState.STALE and snapshot.sequence == self._last:
            self._heard_ns = at_ns
            return self._believe(at_ns)
        self._belief.begin()
        self._waiting.take(snapshot)
        return self._join(at_ns)

    def lose(self, reason: GapReason, at_ns: int, detail: str = "") -> Events:
        """Stop believing the book for a reason that lies outside its messages.

        Whatever it is, the message that follows proves that none was missed; only after another
        connection there is none that follows.
        """
        if reason is GapReason.DISCONNECTED:
            self._forget()
            self._asked_ns = None
        return self._distrust(reason, at_ns, detail=detail)

    def tick(self, at_ns: int, silence_ns: int | None) -> Events:
        """Let time pass: a book that is silent too long is stale, a lost answer is asked for again.

        Args:
            at_ns: now.
            silence_ns: how long this venue may be silent on a book; None for as long as it likes.
        """
        if (
            self.state is LIVE
            and silence_ns is not None
            and at_ns - self._heard_ns
            > self._belief.patience(silence_ns, self._good_ns, self.updates)
        ):
            return self.lose(GapReason.SILENCE, at_ns)
        if self._ahead is not None and at_ns - self._ahead[1] >= AHEAD_NS:
            return self._overtake(at_ns)
        if self._whole and self.state is BookState.STALE:
            since_ns = max(self._heard_ns, self._asked_ns or 0)
            return self._ask(at_ns) if at_ns - since_ns >= GIVE_UP_NS else NOTHING
        if self._asked_ns is not None and at_ns - self._asked_ns >= ASK_AGAIN_NS:
            return self._ask(at_ns)
        return NOTHING

    # ---- a message that is the whole book

    def _begin(self, message: Heard, at_ns: int) -> Events:
        if self._is_late(message):
            return NOTHING
        if message.final > self._last and self._leaps(message):
            self._ahead = message, at_ns
            return NOTHING
        return self._replace(message, at_ns)

    def _replace(self, message: Heard, at_ns: int) -> Events:
        leaps = self._leaps(message)
        try:
            self.book.replace(message.bids, message.asks)
        except NotANumber as bad:
            return self._break(message, GapReason.MALFORMED, at_ns, str(bad))
        reason, found = GapReason.SEQUENCE, message.final
        stale = self._distrust(reason, at_ns, found=found) if leaps else NOTHING
        self._waiting.clear()
        self._whole, self._asked_ns, self._ahead = True, None, None
        return (*stale, *self._written(message, at_ns))

    def _leaps(self, message: Heard) -> bool:
        """Tell whether changes were missed between a live book and a new one.

        The new one is right, but the history between them is not known.
        """
        if self.state is not LIVE or self._alone:
            return False
        if self._checksums is not None and self.law.follows is Follows.CHECKED:
            return self._checksums.is_wrong(self.book, message.checksum)
        nearest = self._last + (self.law.follows is Follows.NEXT)
        return not self._last <= message.final <= nearest

    def _overtake(self, at_ns: int) -> Events:
        """Go on from the whole book that was further, unless what lay between has come."""
        ahead, self._ahead = self._ahead, None
        if ahead is None or ahead[0].final <= self._last:
            return NOTHING
        return self._replace(ahead[0], at_ns)

    def _is_late(self, message: Heard) -> bool:
        """Tell whether a whole book is older than what was heard already."""
        if message.happened_ns != self._happened_ns:
            behind_ns = self._happened_ns - message.happened_ns
            return 0 < behind_ns < CLOCK_SET_NS or (behind_ns > 0 and self.state is LIVE)
        if self.state is not LIVE:
            return False
        return message.final < self._last and not (self.law.restarts and message.final == 1)

    # ---- a book that has missed nothing

    def _break_off(self, message: Heard, at_ns: int) -> Events:
        """Take a message that does not follow: one heard before says nothing.

        A small number alone does not tell: venues begin to number anew. One that happened later
        than what the book holds is news, and what lies between was lost.
        """
        if message.final <= self._last and message.happened_ns <= self._happened_ns:
            return NOTHING
        overtaken = self._overtake(at_ns)
        if overtaken:
            return (*overtaken, *self.hear(message, at_ns))
        return self._break(message, GapReason.SEQUENCE, at_ns)

    def _written(self, message: Heard, at_ns: int) -> Events:
        """Look at the book as it stands after a message, and say what came of it."""
        whole = message.snapshot or self._alone
        update = self._note(message, whole, message.happened_ns, at_ns)
        wrong, checksums = self.book.fault(), self._checksums
        if wrong is None and checksums is not None and checksums.disprove(self.book, message):
            wrong = GapReason.CHECKSUM
        if wrong is not None:
            return self._break(message, wrong, at_ns)
        if self._belief.state is not LIVE:
            return (update, *self._believe(at_ns))
        return (update, *self._renew(message, at_ns)) if self._fetches else (update,)

    def _note(self, change: Change, whole: bool, happened_ns: int, at_ns: int) -> BookUpdate:  # noqa: FBT001 - a name would cost as much as the call
        """Count a message that is written, and tell of it."""
        self._last = final = change.final
        self._happened_ns = happened_ns
        self._good_ns = at_ns
        self.updates += 1
        scale = self.book.scale
        bids, asks = Changes(change.bids, scale), Changes(change.asks, scale)
        return _tuple(BookUpdate, (self.pair, whole, final, bids, asks, scale, happened_ns, at_ns))

    def _renew(self, message: Heard, at_ns: int) -> Events:
        """Take a new snapshot before prices leave the range of the old one."""
        if self._is_renewing():
            self._waiting.keep(message)
            return self._join(at_ns)
        return self._ask(at_ns) if self._is_thin(self.updates) else NOTHING

    def _is_renewing(self) -> bool:
        return self._asked_ns is not None or self._waiting.snapshot is not None

    def _is_thin(self, updates: int) -> bool:
        return updates % LOOK_EVERY == 0 and (self.book.bids.is_thin or self.book.asks.is_thin)

    # ---- a book that waits for its snapshot

    def _keep_back(self, message: Heard, at_ns: int) -> Events:
        self._belief.begin()
        if not self._fetches:
            self._happened_ns = max(self._happened_ns, message.happened_ns)
            return NOTHING if self._asked_ns is not None else self._ask(at_ns)
        self._waiting.keep(message)
        if self._asked_ns is None and self._waiting.snapshot is None:
            return self._ask(at_ns)
        return self._join(at_ns)

    def _join(self, at_ns: int) -> Events:
        """Put a new book in the place of the old one, which is kept until then."""
        met = self._waiting.meet(self.book.scale)
        if met is None:
            return NOTHING
        if isinstance(met, Missed):
            return self._ask(at_ns)
        last, book = met.chain[-1], met.book
        was = self._last if self._whole else 0
        self.updates += sum(message.final > was for message in met.chain)
        self.book = book
        self._last, self._happened_ns, self._good_ns = last.final, last.happened_ns, at_ns
        bids, asks = book.bids.top(None), book.asks.top(None)
        whole = BookUpdate(
            self.pair, True, last.final, bids, asks, book.scale, last.happened_ns, at_ns
        )
        return (whole,) if self.state is LIVE else (whole, *self._believe(at_ns))

    # ---- belief

    def _break(self, message: Heard, reason: GapReason, at_ns: int, detail: str = "") -> Events:
        """Something was lost, at this message or before it."""
        self._forget()
        self._happened_ns = max(self._happened_ns, message.happened_ns)
        if self._fetches and reason is GapReason.SEQUENCE:
            self._waiting.keep(message)
        stale = self._distrust(reason, at_ns, found=message.final, detail=detail)
        return (*stale, *self._ask(at_ns))

    def _distrust(
        self, reason: GapReason, at_ns: int, *, found: int = 0, detail: str = ""
    ) -> Events:
        return self._belief.end(
            reason,
            at_ns,
            good_until_ns=self._good_ns,
            last=self._last,
            found=found,
            detail=detail,
        )

    def _believe(self, at_ns: int) -> Events:
        self._whole, self._asked_ns = True, None
        return (self._belief.restore(at_ns, self.updates),)

    def _forget(self) -> None:
        self._whole, self._ahead = False, None
        self._waiting.clear()

    def _ask(self, at_ns: int) -> Events:
        self._asked_ns = at_ns
        return (Resync(token=self.token),)
