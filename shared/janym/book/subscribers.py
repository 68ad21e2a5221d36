"""Who is told of a book's changes, and what becomes of those that nobody fetches in time.

Telling costs the teller the same whoever listens: it puts the change where its listener fetches it.
A slow listener loses its own changes, by the policy it chose, and knows how many.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from enum import StrEnum, auto

from janym.domain.market import BookUpdate, Pair


class Policy(StrEnum):
    """What a listener wants when it is slower than the venue."""

    EVERY = auto()
    """Each change in turn; where there are more than it keeps, the oldest go."""
    NEWEST = auto()
    """The newest change of each pair alone: the book is read, not the way to it."""


class Ring:
    """The last changes of a book, for those who come later.

    Args:
        size: how many are kept.
    """

    def __init__(self, size: int) -> None:
        self._updates: deque[BookUpdate] = deque(maxlen=size)

    def __len__(self) -> int:
        return len(self._updates)

    def __iter__(self) -> Iterator[BookUpdate]:
        return iter(tuple(self._updates))

    def add(self, update: BookUpdate) -> None:
        self._updates.append(update)

    def after(self, sequence: int) -> Sequence[BookUpdate]:
        """Give what came after a change, oldest first; nothing if that change is kept no more."""
        kept = tuple(self._updates)
        numbers = [update.sequence for update in kept]
        return kept[numbers.index(sequence) + 1 :] if sequence in numbers else ()


class Subscriber:
    """One listener.

    Args:
        name: says whose losses they are.
        policy: what it wants when it is slow.
        limit: changes that wait for it at most; under NEWEST, pairs.
    """

    def __init__(self, name: str, policy: Policy, *, limit: int = 10_000) -> None:
        self.name = name
        self.policy = policy
        self.lost = 0
        """Changes that it never got."""
        self._limit = limit
        self._every: deque[BookUpdate] = deque()
        self._newest: dict[Pair, BookUpdate] = {}

    def tell(self, update: BookUpdate) -> None:
        if self.policy is Policy.NEWEST:
            self.lost += self._newest.pop(update.pair, None) is not None
            self._newest[update.pair] = update
            if len(self._newest) > self._limit:
                del self._newest[next(iter(self._newest))]
                self.lost += 1
            return
        if len(self._every) >= self._limit:
            self._every.popleft()
            self.lost += 1
        self._every.append(update)

    def fetch(self) -> Sequence[BookUpdate]:
        """Take what waits, oldest first."""
        waiting = (*self._every, *self._newest.values())
        self._every.clear()
        self._newest.clear()
        return waiting


class Subscribers:
    """All who listen to some books."""

    def __init__(self) -> None:
        self._subscribers: dict[str, Subscriber] = {}

    def add(self, subscriber: Subscriber) -> None:
        """Tell it too from now on, instead of one of the same name."""
        self._subscribers[subscriber.name] = subscriber

    def remove(self, name: str) -> None:
        self._subscribers.pop(name, None)

    def tell(self, update: BookUpdate) -> None:
        for subscriber in self._subscribers.values():
            subscriber.tell(update)

    def losses(self) -> dict[str, int]:
        """Say who lost how many changes."""
        return {name: subscriber.lost for name, subscriber in self._subscribers.items()}
