"""What a served venue has to say: its frames, its answers, its limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from containers.flow_server.flow import Book, Change, Print

Frame = str | bytes
"""A text frame, or a binary one."""

Told = tuple[str, Frame]
"""A topic, and what its subscribers are told."""

HOST = "@host"
PREFIX = "@prefix"
"""What a request was sent to, among its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """So many, in so many seconds."""

    connections: tuple[int, float]
    messages: tuple[int, float]
    weight: tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client's message leads to."""

    answers: Sequence[Frame] = ()
    begins: Sequence[str] = ()
    ends: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer over REST, and what it weighs."""

    weight: int
    body: Any
    status: int = 200


Handler = Callable[[Mapping[str, str]], Answer]


class Words(Protocol):
    """One market of one venue."""

    @property
    def limits(self) -> Limits: ...

    @property
    def streams(self) -> Sequence[str]:
        """Paths of its sockets."""
        ...

    @property
    def pings(self) -> bool:
        """Whether it sends pings of the protocol, and wants them answered."""
        ...

    def hello(self) -> Sequence[Frame]:
        """Greet a new connection."""
        ...

    def heartbeat(self, at_ms: int) -> Frame | None:
        """Ping in its own words, every five seconds; None if it does not."""
        ...

    def read(self, text: str, topics: set[str]) -> Asked:
        """Read what a client with these topics says."""
        ...

    def whole(self, topic: str) -> Frame | None:
        """Give the frame that a subscription begins with, where it begins with one."""
        ...

    def moved(self, book: Book, change: Change) -> Sequence[Told]:
        """Tell of a step of a book."""
        ...

    def traded(self, book: Book, done: Print) -> Sequence[Told]: ...

    def best(self, book: Book, at_ms: int) -> Sequence[Told]:
        """Tell of the best bid and offer, which moved."""
        ...

    def rest(self) -> Mapping[str, Handler]:
        """Its REST paths."""
        ...
