"""What a book's frames and answers say, once they are read, and what they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from janym.domain.market import Gap, Pair, Texts


class Change(Protocol):
    """What a message writes into a book, and its place among others."""

    @property
    def first(self) -> int: ...
    @property
    def final(self) -> int: ...
    @property
    def previous(self) -> int: ...
    @property
    def bids(self) -> Texts: ...
    @property
    def asks(self) -> Texts: ...


class Heard(msgspec.Struct, frozen=True, gc=False):
    """One book message as it came, its levels still as the venue wrote them."""

    token: str
    """What the frame names its instrument or topic by."""
    snapshot: bool
    first: int
    final: int
    """0 where the venue does not number messages."""
    previous: int
    bids: Texts
    asks: Texts
    happened_ns: int
    """0 where the venue gives no time."""
    checksum: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A whole book that was asked for."""

    bids: Texts
    asks: Texts
    sequence: int
    limit: int | None
    """How many levels of a side were asked for; None where the answer is always complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookStale:
    """A book is not to be believed from here on."""

    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLive:
    """A book is right from here on."""

    pair: Pair
    at_ns: int
    gap: Gap | None
    """The gap that ends here; None when the book is right for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resync:
    """A book cannot go on without a snapshot."""

    token: str


NOTHING: Sequence[object] = ()
