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
        except (msgspec.DecodeError, ValueError):
            return None

    return decode


class _Fields:
    """A layout's paths as structures, and where in them each part stands."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        levels = str if layout.one_change else list[_level(layout)]
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
            _plant(tree, path, _Leaf(kind, optional=path in layout.optional))
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
            found = [one(frame, row, snapshot) for row in (rows(frame) if rows else (frame,))]
            messages = [each for each in found if each is not None]
            return messages if len(messages) == len(found) else None

        return read

    def _one(self) -> Callable[[Any, Any, bool], Heard | None]:
        layout = self._layout
        sides = _one_change if layout.one_change else _numbers if layout.numbers else _as_written
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
        ns, scope, topics = layout.unit.ns, layout.scope, layout.topics

        def part(at: tuple[bool, Callable[[Any], Any]] | None, frame: Any, row: Any) -> Any:
            if at is None:
                return 0
            return at[1](row if at[0] else frame)

        def one(frame: Any, row: Any, snapshot: bool) -> Heard | None:  # noqa: FBT001
            name = part(token, frame, row)
            if topics and not name.startswith(topics):
                return None
            buy, sell = sides(part(bids, frame, row), part(asks, frame, row))
            return Heard(
                scope + name if scope else name,
                snapshot,
                part(first, frame, row),
                part(final, frame, row),
                part(previous, frame, row),
                buy,
                sell,
                part(happened, frame, row) * ns,
                None if checksum is None else part(checksum, frame, row),
            )

        return one

    def _getter(self, path: Path) -> Callable[[Any], Any]:
        """Give what takes a part out of the frame, or out of its row where it stands in one."""
        keys = path[path.index(EACH) + 1 :] if EACH in path else path
        return attrgetter(".".join(map(_name, keys)))


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


def _as_written(bids: Texts, asks: Texts) -> Sides:
    return bids, asks


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
