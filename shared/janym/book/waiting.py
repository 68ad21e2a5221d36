"""Changes that wait for the snapshot they change, and how the two become a book.

A snapshot that was fetched beside the stream shows the book at some moment between two messages,
and which two is known by number alone. What came before it is in it; the first message after it has
to reach it; from there on each has to follow the one before. Otherwise something is missing, and
another snapshot is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from janym.book.book import OrderBook
from janym.book.decimals import NotANumber
from janym.book.follow import FOLLOWS, JOINS
from janym.book.law import Law
from janym.book.message import Heard, Snapshot
from janym.domain.market import Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A snapshot and all that came after it."""

    book: OrderBook
    chain: Sequence[Heard]
    """What was written over the snapshot; at least one message."""
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """The snapshot and the changes do not meet; the changes wait for another one."""


class Waiting:
    """What one book keeps back.

    Args:
        law: how messages follow.
        books: what makes the book.
    """

    __slots__ = ("_books", "_law", "_messages", "snapshot")

    def __init__(self, law: Law, books: type[OrderBook] = OrderBook) -> None:
        self._law = law
        self._books = books
        self._messages: list[Heard] = []
        self.snapshot: Snapshot | None = None

    def __len__(self) -> int:
        return len(self._messages)

    def clear(self) -> None:
        self._messages = []
        self.snapshot = None

    def keep(self, message: Heard) -> None:
        """Keep a message; when there are too many, begin anew with this one.

        So too when its number lies before that of the last, though it happened later: the venue
        numbers anew, or the last one's number was not its own.
        """
        if self._messages and message.final < self._messages[-1].final:
            if 0 < message.happened_ns <= self._messages[-1].happened_ns:
                return
            self._messages = []
        if len(self._messages) >= self._law.kept_back:
            self._messages = []
        self._messages.append(message)

    def take(self, snapshot: Snapshot) -> None:
        """Take a snapshot, unless there is a later one already."""
        if self.snapshot is None or snapshot.sequence >= self.snapshot.sequence:
            self.snapshot = snapshot

    def meet(self, scale: Scale) -> Joined | Missed | None:
        """Make a book; None as long as nothing came that is later than the snapshot."""
        snapshot = self.snapshot
        if snapshot is None:
            return None
        rest = [each for each in self._messages if each.final > snapshot.sequence]
        if not rest:
            return None
        self.snapshot, self._messages = None, rest
        chain = self._chain(snapshot.sequence, rest)
        book = None if chain is None else self._book(snapshot, chain, scale)
        if chain is None or book is None:
            return Missed()
        self._messages = []
        return Joined(book=book, chain=chain, limit=snapshot.limit)

    def _chain(self, last: int, rest: Sequence[Heard]) -> Sequence[Heard] | None:
        """Give the messages that follow the snapshot and each other; None if one is missing."""
        chain: list[Heard] = []
        test = JOINS[self._law.follows]
        for message in rest:
            if message.final <= last:
                continue
            if not test(message, last):
                return None
            chain.append(message)
            last, test = message.final, FOLLOWS[self._law.follows]
        return chain

    def _book(self, snapshot: Snapshot, chain: Sequence[Heard], scale: Scale) -> OrderBook | None:
        book = self._books(scale, keep=self._law.keep)
        try:
            book.replace(snapshot.bids, snapshot.asks, limit=snapshot.limit)
            for message in chain:
                book.change(message.bids, message.asks)
        except NotANumber:
            self._messages = []
            return None
        return None if book.fault() else book
