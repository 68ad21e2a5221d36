"""Which frames of watched order books wait for which sockets: of each book the newest alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from janym.domain.live import Book, ConnectionId
from janym.domain.market import BookState
from janym.usecases.live import encoded

REPEAT = timedelta(seconds=5)
"""A book is told so often although nothing changed: who hears nothing for longer, knows nothing."""

DEPTH = 20
"""Levels of a side that are told."""

Levels = Sequence[tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A book as a collector has it now; without levels while it may be wrong."""

    book: Book
    state: BookState
    sequence: int
    """The exchange's number of the last change within; 0 where it numbers none."""
    heard_at: datetime | None
    """When the last message of this book arrived."""
    bids: Levels
    asks: Levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What sockets are told of a book."""

    topic: str
    change: tuple[object, ...]
    """What it is of: the same change says the same."""
    at: datetime
    body: bytes


class Board:
    """The newest frame of each watched book, and who has been told which."""

    def __init__(self) -> None:
        self._frames: dict[str, Frame] = {}
        self._told: dict[ConnectionId, dict[str, Frame | None]] = {}

    @property
    def topics(self) -> frozenset[str]:
        """The books that somebody watches."""
        return frozenset(topic for told in self._told.values() for topic in told)

    @property
    def sockets(self) -> Sequence[ConnectionId]:
        """Who watches."""
        return list(self._told)

    def watch(self, watchers: Iterable[tuple[ConnectionId, str]]) -> None:
        """Note who watches what from now on, and nobody else."""
        before, self._told = self._told, {}
        for connection, topic in watchers:
            known = before.get(connection, {}).get(topic)
            self._told.setdefault(connection, {})[topic] = known
        watched = self.topics
        self._frames = {topic: each for topic, each in self._frames.items() if topic in watched}

    def is_news(self, topic: str, change: tuple[object, ...], *, at: datetime) -> bool:
        """Tell whether a book is to be told: it changed, or it was not told for long."""
        frame = self._frames.get(topic)
        return frame is None or frame.change != change or at - frame.at >= REPEAT

    def show(self, sight: Sight, change: tuple[object, ...], *, at: datetime) -> None:
        """Put a book's newest frame in the place of the one before."""
        topic = sight.book.topic
        body = encoded(_told(sight, at))
        self._frames[topic] = Frame(topic=topic, change=change, at=at, body=body)

    def next(self, connection: ConnectionId) -> Frame | None:
        """Give a frame that a socket has not been told; the book that waited longest first."""
        told = self._told.get(connection, {})
        waiting = [
            frame
            for topic, last in told.items()
            if (frame := self._frames.get(topic)) is not None and frame is not last
        ]
        return min(waiting, key=lambda frame: _since(told, frame), default=None)

    def told(self, connection: ConnectionId, frame: Frame) -> None:
        """Note that a socket was told; one that watches the book no longer stays forgotten."""
        topics = self._told.get(connection, {})
        if frame.topic in topics:
            topics[frame.topic] = frame

    def forget(self, connection: ConnectionId) -> None:
        """Tell a socket nothing more."""
        self._told.pop(connection, None)


def _since(told: Mapping[str, Frame | None], frame: Frame) -> float:
    last = told[frame.topic]
    return 0.0 if last is None else last.at.timestamp()


def _told(sight: Sight, at: datetime) -> dict[str, object]:
    return {
        "topic": sight.book.topic,
        "at": at.isoformat(),
        "kind": "book",
        "data": {
            "exchange": sight.book.venue,
            "market": sight.book.market,
            "pair": sight.book.pair,
            "state": sight.state,
            "sequence": sight.sequence,
            "heard_at": sight.heard_at.isoformat() if sight.heard_at else None,
            "bids": _levels(sight.bids),
            "asks": _levels(sight.asks),
        },
    }


def _levels(levels: Levels) -> list[tuple[str, str]]:
    return [(f"{price:f}", f"{amount:f}") for price, amount in levels]
