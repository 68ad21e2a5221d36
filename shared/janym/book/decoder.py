"""Frames into book messages, by a layout.

A layout becomes typed structures once, so that decoding checks every field's type and touches
nothing that no path names.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, cast

import msgspec

from janym.book import protobuf
from janym.book.layout import EACH, Encoding, Layout, Path
from janym.book.message import Heard
from janym.domain.market import Texts

Decode = Callable[[bytes], Sequence[Heard] | None]
"""A frame into its messages; None for a frame of another kind, or one that cannot be read."""

ABSENT: Path = ("part-that-is-not-there",)
"""Stands for parts that a layout does not have, and is 0."""

Tree = dict[str, Any]
Sides = tuple[Texts, Texts]


def decoder(layout: Layout) -> Decode:
    """Make the decoder of one kind of book message."""
    if layout.encoding is Encoding.PROTOBUF:
        return protobuf.decoder(layout)
    fields = _Fields(layout)
    loads = msgspec.json.Decoder(fields.root, strict=False).decode
    read = fields.reader()

    def decode(frame: bytes) -> Sequence[Heard] | None:
        try:
            return read(loads(frame))
        except (ValueError, RecursionError):
            return None

    return decode


class _Fields:
    """A layout's paths as structures, and where in them each part stands.

    Parts that say what a message is stand in the frame; the others beside them, or all in rows.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._rows = layout.bids[: layout.bids.index(EACH)] if EACH in layout.bids else None
        levels = str if layout.one_change else list[_level(layout)]
        wanted: dict[Path, Any] = {layout.symbol: str, layout.bids: levels, layout.asks: levels}
        for path in (layout.first, layout.final, layout.previous, layout.happened, layout.checksum):
            if path is not None:
                wanted[path] = int
        if layout.kind is not None:
            wanted[layout.kind] = _type_of(layout.snapshots | layout.changes)
        for path, values in layout.constants.items():
            wanted[path] = _type_of(values)
        tree: Tree = {}
        for path, kind in wanted.items():
            _plant(tree, path, _Leaf(kind, optional=path in layout.optional))
        for path in (ABSENT, (*(self._rows or ()), EACH, *ABSENT) if self._rows else ABSENT):
            _plant(tree, path, _Leaf(int, optional=True))
        self.root = _structure(tree, "Frame")

    def reader(self) -> Callable[[Any], Sequence[Heard] | None]:
        layout = self._layout
        constants = list(layout.constants.items())
        kinds: Any = dict.fromkeys(layout.changes, False) | dict.fromkeys(layout.snapshots, True)
        kinds = kinds if layout.kind is not None else {0: False}
        told = _getter([layout.symbol, layout.kind])
        others = [(_getter([path, None]), values) for path, values in constants]
        rows = attrgetter(".".join(map(_name, self._rows))) if self._rows is not None else None
        one, topics, scope = self._one(), layout.topics, layout.scope

        def read(frame: Any) -> Sequence[Heard] | None:
            name, kind = told(frame)
            snapshot = kinds.get(kind)
            if snapshot is None or (topics and not name.startswith(topics)):
                return None
            for get, accepted in others:
                if get(frame)[0] not in accepted:
                    return None
            token = scope + name if scope else name
            if rows is None:
                return (one(token, snapshot, frame),)
            return [one(token, snapshot, row) for row in rows(frame)]

        return read

    def _one(self) -> Callable[[str, bool, Any], Heard]:
        layout, ns = self._layout, self._layout.unit.ns
        sides = _sides(layout)
        parts = _getter(
            [
                layout.first,
                layout.final,
                layout.previous,
                layout.bids,
                layout.asks,
                layout.happened,
                layout.checksum,
            ]
        )
        checked = layout.checksum is not None

        def one(token: str, snapshot: bool, row: Any) -> Heard:  # noqa: FBT001
            first, final, previous, bids, asks, happened, checksum = parts(row)
            if sides is not None:
                bids, asks = sides(bids, asks)
            checksum = checksum if checked else None
            return Heard(
                token, snapshot, first, final, previous, bids, asks, happened * ns, checksum
            )

        return one


def _getter(paths: Sequence[Path | None]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what takes parts out of the frame, or out of the row that they stand in; 0 for none."""
    names: list[str] = []
    for path in paths:
        keys = ABSENT if path is None else path
        keys = keys[keys.index(EACH) + 1 :] if EACH in keys else keys
        names.append(".".join(map(_name, keys)))
    return attrgetter(*names)


def _sides(layout: Layout) -> Callable[[Any, Any], Sides] | None:
    """Give what makes levels of what stands in a message; None where they stand as they are."""
    if layout.one_change:
        return _one_change
    if layout.numbers:
        return _numbers
    return None if layout.level_items == 2 else _longer


class _Leaf:
    """The type of a part, and what stands for it where it is left out."""

    def __init__(self, kind: Any, *, optional: bool) -> None:
        self.kind: Any = kind
        self._optional = optional

    def field(self, key: str) -> Any:
        if not self._optional:
            return msgspec.field(name=key)
        if self.kind is int:
            return msgspec.field(name=key, default=0)
        return msgspec.field(name=key, default=[])


def _level(layout: Layout) -> Any:
    item = Decimal if layout.numbers else str
    return tuple[(item,) * layout.level_items]


def _type_of(values: frozenset[str | int | bool]) -> Any:
    types = {type(value) for value in values}
    if len(types) != 1:
        raise ValueError(f"values of one part are of one type, not {sorted(map(str, types))}")
    return types.pop()


def _plant(tree: Tree, path: Path, leaf: _Leaf) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(str(key), {})
    tree[str(path[-1])] = leaf


def _structure(tree: Tree, name: str) -> Any:
    if set(tree) == {EACH}:
        return list[_structure(tree[EACH], f"{name}Row")]
    fields = [
        (_name(key), part.kind, part.field(key))
        if isinstance(part, _Leaf)
        else (
            _name(key),
            _structure(cast("Tree", part), f"{name}_{_name(key)}"),
            msgspec.field(name=key),
        )
        for key, part in tree.items()
    ]
    return msgspec.defstruct(name, fields, gc=False, kw_only=True)


def _name(key: str | int) -> str:
    """Give an attribute's name to a key, which may be `e` or `depth-update` or `class`."""
    return f"f_{key}".replace("-", "_").replace(".", "_")


def _longer(bids: Texts, asks: Texts) -> Sides:
    return [(level[0], level[1]) for level in bids], [(level[0], level[1]) for level in asks]


def _numbers(bids: Sequence[tuple[Decimal, ...]], asks: Sequence[tuple[Decimal, ...]]) -> Sides:
    return _plain(bids), _plain(asks)


def _plain(levels: Sequence[tuple[Decimal, ...]]) -> Texts:
    return [(format(level[0], "f"), format(level[1], "f")) for level in levels]


def _one_change(text: str, _: str) -> Sides:
    """Read `39069.0,buy,23960`.

    Raises:
        ValueError: it is something else.
    """
    price, side, size = text.split(",")
    if side not in {"buy", "sell"}:
        raise ValueError(f"no side of a book: {side[:20]!r}")
    level = [(price, size)]
    return (level, []) if side == "buy" else ([], level)
