"""Which code keeps the books: the compiled one where it is installed, else pure Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from janym.book.ear import Slower
from janym.book.ear import ear as ear_in_python
from janym.book.frames import Frames
from janym.book.stream import Stream


class Ear(Protocol):
    """What a connection hears with."""

    wake_ns: int
    """From this time on each frame goes to the others, until it is put off again."""

    @property
    def heard_ns(self) -> int:
        """When the last ordinary frame came."""
        ...

    def join(
        self,
        tell: Callable[[Any, Any], None],
        whom: object,
        others: Callable[[bytes], None],
        clock: Callable[[], int],
    ) -> None:
        """Be joined to a connection: what ordinary frames tell goes to `tell`, with `whom`."""
        ...

    def counted(self) -> tuple[int, int]:
        """Give how many ordinary frames came to `frame` since the last time, and their bytes."""
        ...

    def frame(self, payload: bytes, /) -> None:
        """Take a frame of the connection that this is joined to."""
        ...

    def receive(self, frame: bytes | str, at_ns: int, /) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """What takes frames, and what they are written into."""

    name: str
    frames: type[Frames]
    stream: type[Stream]
    ear: Callable[[Frames, Slower], Ear | None] | None = None
    """Makes what hears ordinary frames faster than whoever is handed the others."""


PURE = Keeper(name="pure Python", frames=Frames, stream=Stream, ear=ear_in_python)


def _compiled() -> Keeper | None:
    try:
        from janym.book.compiled import (  # noqa: PLC0415 - may be absent
            CompiledFrames,
            CompiledStream,
            ear,
        )
    except ImportError:
        return None
    return Keeper(name="compiled", frames=CompiledFrames, stream=CompiledStream, ear=ear)


COMPILED = _compiled()
"""None where the extension is not installed."""

BEST = COMPILED or PURE
