"""Frames of any venue, written by its layout: what a decoder reads, the other way round."""

import gzip
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from janym.book.layout import EACH, Encoding, Layout, Path
from janym.feeds.dialect import Dialect
from tests.fakes.flow.truth import Step

Parts = Mapping[Path, Any]
Tree = dict[int, Any]
Levels = list[tuple[str, str]]


class Writing:
    """One kind of book message of one venue.

    Args:
        dialect: for its compression and laws.
        layout: where the parts stand.
        token: what frames name the book by.
    """

    def __init__(self, dialect: Dialect, layout: Layout, token: str) -> None:
        self._layout = layout
        self._law = dialect.law(token)
        self._token = token.removeprefix(layout.scope)
        self._packed = not _is_plain(dialect)

    def frame(self, step: Step, *, whole: bool = False) -> bytes:
        """Write one message: a step's changes, or the whole book after it."""
        return self.sealed(self.bare(self.parts(step, whole=whole)))

    def parts(self, step: Step, *, whole: bool = False) -> dict[Path, Any]:
        """Give what stands where in a message; a caller may spoil it before it is written."""
        layout = self._layout
        bids, asks = step.bids, step.asks
        if whole:
            bids, asks = (list(side.items()) for side in step.after)
        parts: dict[Path, Any] = {path: min(values) for path, values in layout.constants.items()}
        if layout.kind is not None:
            parts[layout.kind] = min(layout.snapshots if whole else layout.changes)
        numbers = {
            layout.first: step.first,
            layout.previous: -1 if whole else step.previous,
            layout.happened: step.at_ms * 1_000_000 // layout.unit.ns,
            layout.final: step.final,
        }
        parts |= {path: number for path, number in numbers.items() if path is not None}
        parts[layout.symbol] = self._token
        parts[layout.bids], parts[layout.asks] = bids, asks
        if layout.one_change:
            side, ((price, size),) = ("buy", bids) if bids else ("sell", asks)
            parts[layout.bids] = f"{price},{side},{size}"
        if layout.checksum is not None:
            parts[layout.checksum] = self._checksum(step)
        return parts

    def bare(self, parts: Parts) -> bytes:
        """Write the message without the venue's compression."""
        if self._layout.encoding is Encoding.PROTOBUF:
            return self._protobuf(parts)
        frame: dict[str, Any] = {}
        for path, value in parts.items():
            is_levels = isinstance(value, list)
            _plant(frame, path, self._levels(cast("Levels", value)) if is_levels else value)
        return json.dumps(frame, separators=(",", ":")).encode()

    def sealed(self, bare: bytes) -> bytes:
        return gzip.compress(bare, 1) if self._packed else bare

    def _levels(self, levels: Levels) -> list[list[Any]]:
        item = float if self._layout.numbers else str
        rest = ["0"] * (self._layout.level_items - 2)
        rest = [item(each) for each in rest]
        return [[item(price), item(size), *rest] for price, size in levels]

    def _checksum(self, step: Step) -> int:
        law = self._law
        if law.checksum is None:
            return 0
        bids, asks = (
            sorted(side.items(), key=lambda level: float(level[0]), reverse=best)
            for side, best in zip(step.after, (True, False), strict=True)
        )
        shown: Callable[[str], str] = str if law.as_written else _plain
        limit = law.checksum_levels
        return law.checksum(
            [(shown(price), shown(size)) for price, size in bids[:limit]],
            [(shown(price), shown(size)) for price, size in asks[:limit]],
        )

    def _protobuf(self, parts: Parts) -> bytes:
        tree: Tree = {}
        for path, value in parts.items():
            is_levels = isinstance(value, list)
            written = [_level(*each) for each in cast("Levels", value)] if is_levels else [value]
            here = tree
            for key in path[:-1]:
                here = here.setdefault(int(key), {})
            here[int(path[-1])] = written
        return _message(tree)


def _is_plain(dialect: Dialect) -> bool:
    try:
        return dialect.opened_up(b"@") == b"@"
    except ValueError:
        return False


def _plant(frame: dict[str, Any], path: Path, value: Any) -> None:
    here: Any = frame
    for key, following in zip(path, (*path[1:], None), strict=True):
        if key == EACH:
            here = here[0]
        elif following is None:
            here[str(key)] = value
        else:
            here = here.setdefault(str(key), [{}] if following == EACH else {})


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _message(tree: Tree) -> bytes:
    written = b""
    for number, value in sorted(tree.items()):
        parts = [_message(cast("Tree", value))] if isinstance(value, dict) else value
        written += b"".join(_field(number, each) for each in parts)
    return written


def _field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _level(price: str, size: str) -> bytes:
    return _field(1, price) + _field(2, size)


def _varint(value: int) -> bytes:
    written = b""
    while value >= 0x80:
        written += bytes([value & 0x7F | 0x80])
        value >>= 7
    return written + bytes([value])
