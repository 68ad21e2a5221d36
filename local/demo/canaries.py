"""Searching everything a stack leaves behind for a secret, in every form it might take.

The exchange knows the secrets of its own accounts: its data folder is not searched. Everything else
is: files of the stack, dumps of both stores, environments and command lines of live processes.
"""

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

CHUNK = 1 << 20


def forms(secret: str) -> dict[str, bytes]:
    """Give the ways a text may be written: as it is, hex, URL, and base64 at its three offsets."""
    raw = secret.encode()
    found = {
        "plain": raw,
        "hex": raw.hex().encode(),
        "hex_upper": raw.hex().upper().encode(),
        "url": quote(secret, safe="").encode(),
        "reversed": raw[::-1],
    }
    for offset in range(3):
        coded = base64.b64encode(bytes(offset) + raw).decode()
        first, last = -(-offset * 8 // 6), (offset + len(raw)) * 8 // 6
        found[f"base64_{offset}"] = coded[first:last].encode()
    return found


@dataclass(slots=True)
class Search:
    """What was looked through and what was found."""

    needles: dict[str, bytes]
    places: int = 0
    searched_bytes: int = 0
    found_in: list[str] = field(default_factory=list[str])

    def through(self, place: str, content: Iterable[bytes]) -> None:
        """Look through one place, piece by piece, across the seams too."""
        longest = max(map(len, self.needles.values()))
        tail = b""
        hits: set[str] = set()
        for piece in content:
            self.searched_bytes += len(piece)
            window = tail + piece
            hits |= {form for form, needle in self.needles.items() if needle in window}
            tail = window[-longest:]
        self.places += 1
        self.found_in += [f"{place} ({form})" for form in sorted(hits)]

    def through_files(self, folder: Path, *, but: Iterable[Path] = ()) -> None:
        """Look through every file below a folder, but for some folders or files."""
        left_out = [path.resolve() for path in but]
        for file in _files(folder):
            if file.is_file() and not file.is_symlink() and not _within(file, left_out):
                self.through(str(file), _pieces(file))

    def through_processes(self, pids: Iterable[int]) -> None:
        """Look through what processes were started with."""
        for pid in pids:
            for name in ("environ", "cmdline"):
                self.through(f"/proc/{pid}/{name}", _pieces(Path(f"/proc/{pid}/{name}")))


def _files(folder: Path) -> Iterator[Path]:
    """Give the files below a folder, of which some vanish meanwhile; what cannot be read raises."""

    def missed(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for parent, folders, names in os.walk(folder, onerror=missed):
        folders.sort()
        yield from (Path(parent) / name for name in sorted(names))


def _within(file: Path, folders: list[Path]) -> bool:
    resolved = file.resolve()
    return any(resolved == folder or folder in resolved.parents for folder in folders)


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as handle:
            while piece := handle.read(CHUNK):
                yield piece
    except (FileNotFoundError, ProcessLookupError):
        return  # it was removed, or the process ended, while we looked
