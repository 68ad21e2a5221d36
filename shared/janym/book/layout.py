"""Where the parts of a book message stand in a venue's frame, as data.

A path names the keys from the frame's root: `("data", "b")`. A path that runs through a list of
rows, one book message each, says `EACH` there: `("data", EACH, "bids")`. In protobuf, field numbers
stand for keys, and a level is a message whose field 1 is the price and field 2 the size. Whoever
decodes frames, in Python or compiled, reads these; no venue fact is written twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto

Path = tuple[str | int, ...]

EACH = "*"


class Encoding(StrEnum):
    """How frames are written."""

    JSON = auto()
    PROTOBUF = auto()


class Unit(StrEnum):
    """What a venue counts time in; the value is the number of nanoseconds as text."""

    SECONDS = "1000000000"
    MILLISECONDS = "1000000"
    MICROSECONDS = "1000"
    NANOSECONDS = "1"

    @property
    def ns(self) -> int:
        return int(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One kind of book message."""

    name: str
    """What the venue calls it."""
    marker: bytes
    """Text that each such frame holds near its beginning; one without it is of another kind."""
    symbol: Path
    bids: Path
    asks: Path
    encoding: Encoding = Encoding.JSON
    topics: tuple[str, ...] = ()
    """What `symbol` begins with, where it is a topic and others are of another kind."""
    scope: str = ""
    """Put before `symbol`, where books of this kind and of another name themselves alike."""
    level_items: int = 2
    """How many items a level has; price and size come first."""
    numbers: bool = False
    """Prices and sizes are JSON numbers, not strings."""
    one_change: bool = False
    """`bids` and `asks` name the same text, a single change: `price,buy|sell,size`."""
    optional: frozenset[Path] = frozenset()
    """Parts that a message may leave out: it has no such levels then, or gives no time."""
    first: Path | None = None
    final: Path | None = None
    previous: Path | None = None
    happened: Path | None = None
    unit: Unit = Unit.MILLISECONDS
    checksum: Path | None = None
    kind: Path | None = None
    """What says whether the frame is a snapshot or a change."""
    snapshots: frozenset[str | int | bool] = frozenset()
    """Values of `kind` that say snapshot."""
    changes: frozenset[str | int | bool] = frozenset()
    """Values of `kind` that say change. Without `kind` every message is a change."""
    constants: Mapping[Path, frozenset[str | int | bool]] = field(
        default_factory=dict[Path, frozenset[str | int | bool]]
    )
    """Values that other parts must have for the frame to be of this kind."""
