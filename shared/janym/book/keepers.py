"""Which code keeps the books: the compiled one where it is installed, else pure Python."""

from dataclasses import dataclass

from janym.book.frames import Frames
from janym.book.stream import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What takes frames, and what they are written into."""

    name: str
    frames: type[Frames]
    stream: type[Stream]


PURE = Keeper(name="pure Python", frames=Frames, stream=Stream)


def _compiled() -> Keeper | None:
    try:
        from janym.book.compiled import CompiledFrames, CompiledStream  # noqa: PLC0415 - may be absent
    except ImportError:
        return None
    return Keeper(name="compiled", frames=CompiledFrames, stream=CompiledStream)


COMPILED = _compiled()
"""None where the extension is not installed."""

BEST = COMPILED or PURE
