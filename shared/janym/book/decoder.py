"""Frames into book messages, by a layout.

A layout becomes typed structures once, so that decoding checks every field's type and touches
nothing that no path names.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, cast

import msgspec

from janym.book import protobuf
from janym.book.decimals import spelled
from janym.book.layout import EACH, Encoding, Layout, Path
from janym.book.message import Heard
from janym.domain.market import Texts

Decode = Callable[[bytes], Sequence[Heard] | None]
"""A frame into its messages; None for a frame of another kind, or one that cannot be read."""

ABSENT: Path = ("part-that-is-not-there",)
"""Stands for parts that a layout does not have, and is 0."""

Loads = Callable[[bytes], Any]
Tree = dict[str, Any]
Sides = tuple[Texts, Texts]


def decoder(layout: Layout) -> Decode:
    """Make the decoder of one kind of book message."""
    if layout.encoding is Encoding.PROTOBUF:
        return protobuf.decoder(layout)
    fields = Fields(layout)
    loads = msgspec.json.Decoder(fields.root, strict=False).decode
    return fields.rows(loads) if EACH in layout.bids else fields.single(loads)


class Fields:
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

    def single(self, loads: Loads) -> Decode:
        """Give what reads frames that are one message; no call more than it takes."""
        layout = self._layout
        kinds, ns, checked = self._kinds(), layout.unit.ns, layout.checksum is not None
        topics, refuses = layout.topics, self._refuses()
        sides, scope = sides_of(layout), layout.scope
        parts = _getter([layout.symbol, layout.kind, *self._parts()])

        def decode(frame: bytes) -> Sequence[Heard] | None:
            try:
                told = loads(frame)
                name, kind, first, final, previous, bids, asks, happened, checksum = parts(told)
                if topics and not name.startswith(topics):
                    return None
                if kind not in kinds or (refuses is not None and refuses(told)):
                    return None
                if sides is not None:
                    bids, asks = sides(bids, asks)
            except (ValueError, RecursionError):
                return None
            return (
                Heard(
                    scope + name if scope else name,
                    kinds[kind],
                    first,
                    final,
                    previous,
                    bids,
                    asks,
                    happened * ns,
                    checksum if checked else None,
                ),
            )

        return decode

    def rows(self, loads: Loads) -> Decode:
        """Give what reads frames that hold a message in each row."""
        layout = self._layout
        kinds, scope = self._kinds(), layout.scope
        topics, refuses = layout.topics, self._refuses()
        parts = _getter([layout.symbol, layout.kind])
        rows = attrgetter(".".join(map(attribute, self._rows or ())))
        one = self._row()

        def decode(frame: bytes) -> Sequence[Heard] | None:
            try:
                told = loads(frame)
                name, kind = parts(told)
                if topics and not name.startswith(topics):
                    return None
                if kind not in kinds or (refuses is not None and refuses(told)):
                    return None
                return [one(scope + name, kinds[kind], row) for row in rows(told)]
            except (ValueError, RecursionError):
                return None

        return decode

    def _row(self) -> Callable[[str, bool, Any], Heard]:
        layout = self._layout
        sides, parts, ns = sides_of(layout), _getter(self._parts()), layout.unit.ns
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

    def _parts(self) -> Sequence[Path | None]:
        layout = self._layout
        numbers = (layout.first, layout.final, layout.previous)
        return (*numbers, layout.bids, layout.asks, layout.happened, layout.checksum)

    def _kinds(self) -> Mapping[Any, bool]:
        """Say of each value of `kind` whether it is a snapshot; 0 stands where there is none."""
        layout = self._layout
        if layout.kind is None:
            return {0: False}
        return dict.fromkeys(layout.changes, False) | dict.fromkeys(layout.snapshots, True)

    def _refuses(self) -> Callable[[Any], bool] | None:
        """Give what tells frames of another kind by what stands in them; None if nothing does."""
        others = [
            (_getter([path, None]), values) for path, values in self._layout.constants.items()
        ]
        if not others:
            return None
        return lambda told: any(get(told)[0] not in accepted for get, accepted in others)


def _getter(paths: Sequence[Path | None]) -> Callable[[Any], tuple[Any, ...]]:
    """Give what takes parts out of the frame, or out of the row that they stand in; 0 for none."""
    names: list[str] = []
    for path in paths:
        keys = ABSENT if path is None else path
        keys = keys[keys.index(EACH) + 1 :] if EACH in keys else keys
        names.append(".".join(map(attribute, keys)))
    return attrgetter(*names)


def sides_of(layout: Layout) -> Callable[[Any, Any], Sides] | None:
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
        (attribute(key), part.kind, part.field(key))
        if isinstance(part, _Leaf)
        else (
            attribute(key),
            _structure(cast("Tree", part), f"{name}_{attribute(key)}"),
            msgspec.field(name=key),
        )
        for key, part in tree.items()
    ]
    return msgspec.defstruct(name, fields, gc=False, kw_only=True)


def attribute(key: str | int) -> str:
    """Give an attribute's name to a key, which may be `e` or `depth-update` or `class`."""
    return f"f_{key}".replace("-", "_").replace(".", "_")


def _longer(bids: Texts, asks: Texts) -> Sides:
    return [(level[0], level[1]) for level in bids], [(level[0], level[1]) for level in asks]


def _numbers(bids: Sequence[tuple[Decimal, ...]], asks: Sequence[tuple[Decimal, ...]]) -> Sides:
    return _plain(bids), _plain(asks)


def _plain(levels: Sequence[tuple[Decimal, ...]]) -> Texts:
    return [(spelled(level[0]), spelled(level[1])) for level in levels]


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
