"""Whether one book is believed, since when, and the gap in its history while it is not."""

from collections.abc import Sequence
from dataclasses import replace

from janym.book.message import BookLive, BookStale
from janym.domain.market import BookState, Gap, GapReason, Pair

SECOND = 1_000_000_000
SOONEST_NS = 10 * SECOND
"""A book is not missed sooner, however often it spoke."""

LIVE = BookState.LIVE
"""At hand: an enumeration takes ten times as long to name its member."""


class Belief:
    """The state of one book, and how often it was lost.

    Args:
        pair: whose book it is.
    """

    __slots__ = ("_gap", "_pair", "_since", "gaps", "state")

    def __init__(self, pair: Pair) -> None:
        self.state = BookState.EMPTY
        self.gaps = 0
        self._pair = pair
        self._gap: Gap | None = None
        self._since = (0, 0)

    def begin(self) -> None:
        """Something of the book is heard of, or ought to be."""
        if self.state is BookState.EMPTY:
            self.state = BookState.SYNCING

    def end(
        self,
        reason: GapReason,
        at_ns: int,
        *,
        good_until_ns: int,
        last: int,
        found: int = 0,
        detail: str = "",
    ) -> Sequence[BookStale]:
        """Believe the book no more; only one that was believed has a gap from there on.

        Args:
            reason: why.
            at_ns: now.
            good_until_ns: when the last message came that was right.
            last: its number.
            found: the number of the message that shows the gap; 0 where none does.
            detail: what more there is to say.
        """
        self.begin()
        if self.state is not LIVE:
            return ()
        self.state = BookState.STALE
        self.gaps += 1
        self._gap = Gap(
            pair=self._pair,
            reason=reason,
            good_until_ns=min(good_until_ns, at_ns),  # the clock may have been set back
            noticed_ns=at_ns,
            last_sequence=last,
            found_sequence=found,
            detail=detail,
        )
        return (BookStale(gap=self._gap),)

    def restore(self, at_ns: int, updates: int) -> BookLive:
        """Believe the book from here on, after so many updates."""
        gap, self._gap = self._gap, None
        self.state = LIVE
        self._since = (at_ns, updates)
        ended = None if gap is None else replace(gap, ended_ns=at_ns)
        return BookLive(pair=self._pair, at_ns=at_ns, gap=ended)

    def patience(self, silence_ns: int, good_ns: int, updates: int) -> int:
        """Say how long a live book is waited for: one that spoke often is missed sooner.

        It is missed after a hundred times its usual pause, `silence_ns` at the latest.
        """
        began_ns, had = self._since
        spoken = updates - had
        if spoken < 100:
            return silence_ns
        return min(silence_ns, max(SOONEST_NS, 100 * (good_ns - began_ns) // spoken))
