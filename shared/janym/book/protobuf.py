"""Protobuf frames into book messages, by a layout; and the wire format they are written in.

A message is a run of fields, each a key (field number and wire type) and a value: a varint
(wire type 0), eight bytes (1), a length and as many bytes (2), or four bytes (5). Fields that no
path names are skipped, so that one which a venue adds later does no harm. Every length is checked
against what is there.

https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from janym.book.layout import Layout, Path
from janym.book.message import Heard

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
PRICE, SIZE = 1, 2

Tree = dict[int, Any]
Parts = dict[Path, Any]
Value = int | bytes


class Malformed(ValueError):
    """These bytes are no protobuf message."""


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Yield field numbers and values: whole numbers for varints, bytes for everything else.

    Raises:
        Malformed: a key, a length or a value runs past the end, or a wire type is unknown.
    """
    at, end = 0, len(message)
    while at < end:
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == BYTES:
            size, at = _varint(message, at)
        elif wire in (FIXED64, FIXED32):
            size = 8 if wire == FIXED64 else 4
        else:
            raise Malformed(f"wire type {wire} at byte {at}")
        if at + size > end:
            raise Malformed(f"field {number} runs past the end")
        yield number, message[at : at + size]
        at += size


def text(value: Value) -> str:
    """Read a string.

    Raises:
        Malformed: it is a number, or not UTF-8.
    """
    if isinstance(value, int):
        raise Malformed("a number where a text should be")
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a text that is not UTF-8") from error


def decoder(layout: Layout) -> Callable[[bytes], Sequence[Heard] | None]:
    """Make the decoder of one kind of protobuf book message.

    A frame without the part that numbers the message, or without its token, is of another kind.
    """
    tree: Tree = {}
    levels = {layout.bids, layout.asks}
    wanted = [layout.symbol, layout.first, layout.final, layout.previous, layout.happened]
    for path in [*levels, *filter(None, wanted)]:
        _plant(tree, path)

    def number(parts: Parts, path: Path | None) -> int:
        value = parts.get(path, 0) if path is not None else 0
        return value if isinstance(value, int) else int(text(value))

    def decode(frame: bytes) -> Sequence[Heard] | None:
        parts: Parts = {path: [] for path in levels}
        try:
            _walk(frame, tree, levels, parts)
            if layout.symbol not in parts or layout.final not in parts:
                return None
            heard = Heard(
                text(parts[layout.symbol]),
                False,
                number(parts, layout.first),
                number(parts, layout.final),
                number(parts, layout.previous),
                parts[layout.bids],
                parts[layout.asks],
                number(parts, layout.happened) * layout.unit.ns,
                None,
            )
        except ValueError:
            return None
        return (heard,)

    return decode


def _plant(tree: Tree, path: Path) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(int(key), {})
    tree[int(path[-1])] = path


def _walk(message: bytes, tree: Tree, levels: set[Path], parts: Parts) -> None:
    for number, value in fields(message):
        part = tree.get(number)
        if part is None:
            continue
        if isinstance(part, dict):
            _walk(_message(value), cast("Tree", part), levels, parts)
        elif part in levels:
            parts[part].append(_level(_message(value)))
        else:
            parts[part] = value


def _level(message: bytes) -> tuple[str, str]:
    found = dict(fields(message))
    if PRICE not in found or SIZE not in found:
        raise Malformed("a level without price or size")
    return text(found[PRICE]), text(found[SIZE])


def _message(value: Value) -> bytes:
    if isinstance(value, int):
        raise Malformed("a number where a message should be")
    return value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Read up to 64 bits, seven to a byte, lowest first; the position after them comes along."""
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(message):
            raise Malformed("a number runs past the end")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Malformed(f"a number of more than 64 bits at byte {at}")
