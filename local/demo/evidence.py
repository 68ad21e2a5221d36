"""Whether the Hummingbot that trades is the one that was published, untouched."""

import base64
import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an environment holds of Hummingbot."""

    version: str
    altered: list[str]
    """Files that are missing or differ from what the wheel recorded."""
    files: int


def installed(python: Path) -> Installed:
    """Compare each installed file with the RECORD of its wheel.

    Raises:
        FileNotFoundError: there is no Hummingbot in that environment.
    """
    packages = next(iter(sorted(python.parent.parent.glob("lib/python3*/site-packages"))))
    record = next(packages.glob("hummingbot-*.dist-info/RECORD"), None)
    if record is None:
        raise FileNotFoundError(f"no hummingbot in {packages}; run: make engine")
    altered: list[str] = []
    files = 0
    with record.open(newline="") as rows:
        for name, digest, _size in csv.reader(rows):
            if digest:
                files += 1
                if not _same(packages / name, digest):
                    altered.append(name)
    version = record.parent.name.removeprefix("hummingbot-").removesuffix(".dist-info")
    return Installed(version=version, altered=altered, files=files)


def _same(file: Path, digest: str) -> bool:
    kind, _, expected = digest.partition("=")
    if not file.is_file():
        return False
    actual = base64.urlsafe_b64encode(hashlib.new(kind, file.read_bytes()).digest())
    return actual.rstrip(b"=").decode() == expected


def compiled_modules(pid: int) -> list[str]:
    """List Hummingbot's compiled modules that a process has mapped into its memory."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    paths = {line.split(maxsplit=5)[5] for line in lines if line.count("/")}
    return sorted(path for path in paths if "/hummingbot/" in path and path.endswith(".so"))
