"""What a connection hears with in pure Python: ordinary changes take the shortest way.

A change is read where it stands in its frame, and its book goes on by it. Every other frame goes to
whoever takes all of them, as if nobody had looked at it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from janym.book.decoder import Fields, attribute, sides_of
from janym.book.frames import Frames
from janym.book.layout import EACH, Encoding, Layout, Path
from janym.book.stream import Stream
from janym.domain.market import BookUpdate

Ordinary = Callable[[bytes | str, int], BookUpdate | None]
"""Takes a frame with its time; None, and nothing is told, if it is not an ordinary change."""
Slower = Callable[[bytes | str, int], Sequence[Any]]
"""Takes a frame with its time, and tells what came of it."""
Find = Callable[[str], Stream | None]


class Ear:
    """`keepers.Ear`.

    Args:
        ordinary: hears ordinary changes.
        slower: takes every other frame.
    """

    __slots__ = (
        "_clock",
        "_frames",
        "_ordinary",
        "_others",
        "_size",
        "_slower",
        "_tell",
        "_whom",
        "heard_ns",
        "wake_ns",
    )

    def __init__(self, ordinary: Ordinary, slower: Slower) -> None:
        self.heard_ns = self.wake_ns = 0
        self._ordinary = ordinary
        self._slower = slower
        self._frames = self._size = 0

    def join(
        self,
        tell: Callable[[Any, Any], None],
        whom: object,
        others: Callable[[bytes], None],
        clock: Callable[[], int],
    ) -> None:
        self._tell, self._whom, self._others, self._clock = tell, whom, others, clock

    def counted(self) -> tuple[int, int]:
        counted = self._frames, self._size
        self._frames = self._size = 0
        return counted

    def frame(self, payload: bytes) -> None:
        at_ns = self._clock()
        told = self._ordinary(payload, at_ns) if at_ns < self.wake_ns else None
        if told is None:
            self._others(payload)
            return
        self.heard_ns = at_ns
        self._frames += 1
        self._size += len(payload)
        self._tell(self._whom, told)

    def receive(self, frame: bytes | str, at_ns: int) -> Sequence[Any]:
        told = self._ordinary(frame, at_ns)
        if told is None:
            return self._slower(frame, at_ns)
        self.heard_ns = at_ns
        return (told,)


def ear(frames: Frames, slower: Slower) -> Ear | None:
    """Give what hears the most frequent kind of message; None where it is not read so simply."""
    ordinary = _ordinary(frames.layouts[0], frames.find)
    return None if ordinary is None else Ear(ordinary, slower)


def _ordinary(layout: Layout, find: Find) -> Ordinary | None:
    stands = _standing(layout)
    if stands is None:
        return None
    marker, changes, ns = layout.marker, layout.changes, layout.unit.ns
    in_frame = layout.kind is not None and len(layout.kind) == 1
    loads = msgspec.json.Decoder(stands, strict=False).decode

    def hear(frame: bytes | str, at_ns: int) -> BookUpdate | None:
        if type(frame) is not bytes or frame.find(marker) < 0:
            return None
        try:
            told = loads(frame)
        except (ValueError, RecursionError):
            return None
        change = told.change
        envelope = told if in_frame else change
        stream = find(told.symbol)
        if stream is None or envelope.kind not in changes:
            return None
        return stream.go_on(change, envelope.happened * ns, at_ns)

    return hear


def _standing(layout: Layout) -> Any:
    """Give the frame's structure, its parts named by what they are; None where one stands apart.

    What names the book stands in the frame, the change in one object of it, kind and time together
    in either.
    """
    body = layout.bids[:-1]
    inside = {
        role: getattr(layout, role) for role in ("first", "final", "previous", "bids", "asks")
    }
    around: dict[str, Path | None] = {"kind": layout.kind, "happened": layout.happened}
    plain = (
        layout.encoding is Encoding.JSON
        and not (layout.constants or layout.checksum or layout.scope or sides_of(layout))
        and len(body) == len(layout.symbol) == 1
        and EACH not in body
        and all(path is None or path[:-1] == body for path in inside.values())
        and {path and path[:-1] for path in around.values()} in ({()}, {body})
    )
    if not plain:
        return None
    frame = Fields(layout).root
    (change,) = (each.type for each in msgspec.structs.fields(frame) if each.encode_name == body[0])
    frame.change, frame.symbol = _part(frame, body), _part(frame, layout.symbol)
    for role, path in (inside | around).items():
        owner = frame if path and len(path) == 1 else change
        setattr(owner, role, _part(owner, path) if path else 0)
    return frame


def _part(structure: Any, path: Path) -> Any:
    return structure.__dict__[attribute(path[-1])]
