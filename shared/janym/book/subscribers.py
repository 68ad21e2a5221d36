"""Who is told of a book, and what becomes of news that nobody fetches in time.

Telling costs the teller the same whoever listens: it puts the news where its listener fetches it.
A slow listener loses its own news, by the policy it chose, and knows how many.
"""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from enum import StrEnum
from typing import Generic, TypeVar

from janym.book.message import BookLive, BookStale
from janym.domain.market import BookUpdate

News = BookUpdate | BookStale | BookLive
Book = TypeVar("Book", bound=Hashable)
"""What books are told apart by."""


class Policy(StrEnum):
    """What a listener wants when it is slower than the venue."""

    EVERY = "every"
    """Each piece of news in turn; where there are more than it keeps, the oldest go."""
    NEWEST = "newest"
    """The newest alone: the book is read, not the way to it."""


class Subscriber:
    """One listener to one book: a ring of what it has not fetched yet.

    Args:
        policy: what it wants when it is slow.
        limit: how much waits for it at most; under NEWEST it is one.
        wake: called when something waits that did not before.
    """

    def __init__(
        self, policy: Policy, *, limit: int = 1_000, wake: Callable[[], None] = lambda: None
    ) -> None:
        self.policy = policy
        self.lost = 0
        """Pieces of news that it never got."""
        self._waiting: deque[News] = deque(maxlen=limit if policy is Policy.EVERY else 1)
        self._wake = wake

    def tell(self, news: News) -> None:
        waiting = self._waiting
        self.lost += len(waiting) == waiting.maxlen
        waiting.append(news)
        if len(waiting) == 1:
            self._wake()

    def fetch(self) -> Sequence[News]:
        """Take what waits, oldest first."""
        waiting = tuple(self._waiting)
        self._waiting.clear()
        return waiting


class Subscribers(Generic[Book]):
    """All who listen to some books."""

    def __init__(self) -> None:
        self.here = 0
        """How many there are."""
        self._subscribers: dict[Book, list[Subscriber]] = {}
        self._lost = 0

    @property
    def lost(self) -> int:
        """How much all of them lost, those that left included."""
        here = (one.lost for several in self._subscribers.values() for one in several)
        return self._lost + sum(here)

    def add(self, book: Book, subscriber: Subscriber) -> None:
        """Tell it of this book from now on."""
        self._subscribers.setdefault(book, []).append(subscriber)
        self.here += 1

    def remove(self, book: Book, subscriber: Subscriber) -> None:
        """Tell it no more."""
        self._subscribers[book].remove(subscriber)
        self.here -= 1
        self._lost += subscriber.lost
        if not self._subscribers[book]:
            del self._subscribers[book]

    def tell(self, book: Book, news: News) -> None:
        for subscriber in self._subscribers.get(book, ()):
            subscriber.tell(news)
