"""The levels of a message as whole numbers, made when somebody looks at them."""

from collections.abc import Iterator, Sequence

import msgspec

from janym.book.decimals import whole
from janym.domain.market import Level, Scale, Texts


class Changes(msgspec.Struct, gc=False, eq=False):
    """Levels as ticks and lots of a scale that is as fine as they are; a sequence of `Level`.

    Most subscribers look at the book and not at what changed it.
    """

    texts: Texts
    scale: Scale
    made: list[Level] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Level]:
        return iter(self._levels())

    def __getitem__(self, index: int) -> Level:
        return self._levels()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._levels() == list(other)  # pyright: ignore[reportUnknownArgumentType]

    __hash__ = None  # type: ignore[assignment]

    def _levels(self) -> list[Level]:
        if self.made is None:
            ticks, lots = whole(self.scale.price_places), whole(self.scale.size_places)
            self.made = [(ticks[price], lots[size]) for price, size in self.texts]
        return self.made


Sequence.register(Changes)  # type: ignore[attr-defined] - a structure cannot inherit it as well
