"""The levels of a message as whole numbers, made when somebody looks at them."""

from collections.abc import Iterator, Sequence
from typing import overload

from janym.book.decimals import whole
from janym.domain.market import Level, Scale, Texts


class Changes(Sequence[Level]):
    """Levels as ticks and lots of a scale that is as fine as they are.

    Most subscribers look at the book and not at what changed it.
    """

    __slots__ = ("_made", "_scale", "_texts")

    def __init__(self, texts: Texts, scale: Scale) -> None:
        self._texts = texts
        self._scale = scale
        self._made: list[Level] | None = None

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[Level]:
        return iter(self._levels())

    @overload
    def __getitem__(self, index: int) -> Level: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Level]: ...

    def __getitem__(self, index: int | slice) -> Level | Sequence[Level]:
        return self._levels()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._levels() == list(other)  # pyright: ignore[reportUnknownArgumentType]

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._levels())

    def _levels(self) -> list[Level]:
        if self._made is None:
            ticks, lots = whole(self._scale.price_places), whole(self._scale.size_places)
            self._made = [(ticks[price], lots[size]) for price, size in self._texts]
        return self._made
