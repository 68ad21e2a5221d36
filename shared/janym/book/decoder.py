"""JSON frames into book messages, by a layout.

A layout becomes typed structures once, so that decoding checks every field's type and touches
nothing that no path names.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, cast

import msgspec

from janym.book.layout import EACH, Layout, Path
from janym.book.message import Heard

Decode = Callable[[bytes], Sequence[Heard] | None]
"""A frame into its messages; None for a frame of another kind, or one that cannot be read."""

Tree = dict[str, Any]


def decoder(layout: Layout) -> Decode:
    """Make the decoder of one kind of JSON book message."""
    fields = _Fields(layout)
    loads = msgspec.json.Decoder(fields.root, strict=False).decode
    read = fields.reader()

    def decode(frame: bytes) -> Sequence[Heard] | None:
        try:
            return read(loads(frame))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None

    return decode


class _Fields:
    """A layout's paths as structures, and where in them each part stands."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        levels = list[_level(layout)]
        token = str | int if layout.symbol == () else str
        wanted: dict[Path, Any] = {layout.symbol: token, layout.bids: levels, layout.asks: levels}
        for path in (layout.first, layout.final, layout.previous, layout.happened, layout.checksum):
            if path is not None:
                wanted[path] = int
        if layout.kind is not None:
            wanted[layout.kind] = _type_of(layout.snapshots | layout.changes)
        for path, values in layout.constants.items():
            wanted[path] = _type_of(values)
        tree: Tree = {}
        for path, kind in wanted.items():
            _plant(tree, path, kind)
        self.root = _structure(tree, "Frame")
        self._rows = next((path[: path.index(EACH)] for path in wanted if EACH in path), None)

    def reader(self) -> Callable[[Any], Sequence[Heard] | None]:
        layout = self._layout
        accepted = layout.snapshots | layout.changes
        constants = [(self._getter(path), values) for path, values in layout.constants.items()]
        kind = self._getter(layout.kind) if layout.kind is not None else None
        one = self._one()
        rows = attrgetter(".".join(map(_name, self._rows))) if self._rows is not None else None

        def read(frame: Any) -> Sequence[Heard] | None:
            for get, values in constants:
                if get(frame) not in values:
                    return None
            snapshot = False
            if kind is not None:
                said = kind(frame)
                if said not in accepted:
                    return None
                snapshot = said in layout.snapshots
            if rows is None:
                return (one(frame, frame, snapshot),)
            return [one(frame, row, snapshot) for row in rows(frame)]

        return read

    def _one(self) -> Callable[[Any, Any, bool], Heard]:
        layout, text = self._layout, _texts if self._layout.numbers else None
        token, first, final, previous, bids, asks, happened, checksum = (
            None if path is None else (EACH in path, self._getter(path))
            for path in (
                layout.symbol,
                layout.first,
                layout.final,
                layout.previous,
                layout.bids,
                layout.asks,
                layout.happened,
                layout.checksum,
            )
        )
        ns = layout.unit.ns

        def part(at: tuple[bool, Callable[[Any], Any]] | None, frame: Any, row: Any) -> Any:
            if at is None:
                return 0
            return at[1](row if at[0] else frame)

        def one(frame: Any, row: Any, snapshot: bool) -> Heard:  # noqa: FBT001
            buy, sell = part(bids, frame, row), part(asks, frame, row)
            return Heard(
                part(token, frame, row),
                snapshot,
                part(first, frame, row),
                part(final, frame, row),
                part(previous, frame, row),
                text(buy) if text else buy,
                text(sell) if text else sell,
                part(happened, frame, row) * ns,
                None if checksum is None else part(checksum, frame, row),
            )

        return one

    def _getter(self, path: Path) -> Callable[[Any], Any]:
        """Give what takes a part out of the frame, or out of its row where it stands in one."""
        keys = path[path.index(EACH) + 1 :] if EACH in path else path
        return attrgetter(".".join(map(_name, keys)))


def _level(layout: Layout) -> Any:
    item = Decimal if layout.numbers else str
    return tuple[(item,) * layout.level_items]


def _type_of(values: frozenset[str | int | bool]) -> Any:
    types = {type(value) for value in values}
    if len(types) != 1:
        raise ValueError(f"values of one part are of one type, not {sorted(map(str, types))}")
    return types.pop()


def _plant(tree: Tree, path: Path, kind: Any) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(str(key), {})
    tree[str(path[-1])] = kind


def _structure(tree: Tree, name: str) -> Any:
    if set(tree) == {EACH}:
        return list[_structure(tree[EACH], f"{name}Row")]
    fields = [
        (
            _name(key),
            _structure(cast("Tree", kind), f"{name}_{_name(key)}")
            if isinstance(kind, dict)
            else kind,
            msgspec.field(name=key),
        )
        for key, kind in tree.items()
    ]
    return msgspec.defstruct(name, fields, gc=False)


def _name(key: str | int) -> str:
    """Give an attribute's name to a key, which may be `e` or `depth-update` or `class`."""
    return f"f_{key}".replace("-", "_").replace(".", "_")


def _texts(levels: Sequence[tuple[Decimal, ...]]) -> list[tuple[str, str]]:
    return [(format(level[0], "f"), format(level[1], "f")) for level in levels]
