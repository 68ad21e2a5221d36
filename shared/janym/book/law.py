"""How a venue lets one know that no message of a book was lost: laws as data.

    NEXT      first == last + 1            each message counts on from the one before
    OVERLAP   first <= last + 1 <= final   a message may repeat what was heard, and must touch it
    PREVIOUS  previous == last             each message names the one before
    ALONE     every message is the whole book
    CHECKED   messages are not numbered; the book after each has the checksum given with it

`last` is the number of the last change that the book holds, `first` and `final` are the first and
last within a message, `previous` is the one that a message says came before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

Written = Sequence[tuple[str, str]]
"""Levels as the venue wrote them, best first."""

Checksum = Callable[[Written, Written], int]
"""Bids and asks, best first, into the 32 bits that the venue gives, with or without a sign."""


class Follows(StrEnum):
    """What makes a message the next one."""

    NEXT = auto()
    OVERLAP = auto()
    PREVIOUS = auto()
    ALONE = auto()
    CHECKED = auto()


class Source(StrEnum):
    """Where the book comes from that changes are written over."""

    STREAM = auto()
    """The stream begins with it; subscribing again brings it again."""
    REST = auto()
    """It is fetched, and changes that came meanwhile are written over it."""
    ASKED = auto()
    """As REST, but asked for and answered on the socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One venue's promise about one kind of book message."""

    follows: Follows
    source: Source
    keep: int | None = None
    """Levels of a side beyond which the venue says nothing more of a level."""
    restarts: bool = False
    """The venue may begin to number anew, with a snapshot whose number is 1."""
    checksum: Checksum | None = None
    checksum_levels: int | None = None
    """How many levels of each side it covers; None for all."""
    as_written: bool = False
    """The checksum is over the venue's own spelling, zeros at the end included."""
    depths: tuple[int, ...] = ()
    """Smaller depths than `keep` that a book may have been asked with, and does not say: the one
    that gives the checksum is its depth."""
    zero_is_no_checksum: bool = False
    """The venue fills in 0 where it gives no checksum any more."""
    kept_back: int = 5_000
    """Messages kept while waiting for a snapshot."""

    @property
    def fetches(self) -> bool:
        """Whether the book comes from beside the stream."""
        return self.source is not Source.STREAM
