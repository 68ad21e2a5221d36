"""Where a stack keeps its things: one folder holds everything, and names no other.

    HOME/stack.json    what runs, where it answers, how it is; read by every component
    HOME/secrets.json  passwords and key material, readable by its owner alone
    HOME/translated.json  what SAM makes of the template; made again where it is not there
    HOME/lock          held, by the kernel, for as long as a supervisor lives
    HOME/data/         one folder per component that keeps data
    HOME/logs/         <component>.log
    HOME/pki/          the stack's authority, its certificates and keys
    HOME/work/         scratch room of tasks

Folders that another user must pass (PostgreSQL refuses to run as root) are 0755; what must not be
read is 0600.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_HOME = ROOT / ".local" / "stack"
MARKER = "JANYM_STACK"
"""Environment variable that names the stack a process belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The paths of one stack."""

    home: Path

    @classmethod
    def at(cls, home: Path) -> Self:
        return cls(home=home.resolve())

    @property
    def description(self) -> Path:
        return self.home / "stack.json"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets.json"

    @property
    def control_token(self) -> Path:
        """What the paper exchange's control endpoint asks for."""
        return self.home / "paper_exchange.token"

    @property
    def issuer_key(self) -> Path:
        return self.pki / "issuer.key"

    @property
    def lock(self) -> Path:
        return self.home / "lock"

    @property
    def pki(self) -> Path:
        return self.home / "pki"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def work(self) -> Path:
        return self.home / "work"

    def data(self, component: str) -> Path:
        return self.home / "data" / component

    def log(self, component: str) -> Path:
        return self.logs / f"{component}.log"

    def make(self) -> None:
        """Create the folders that are missing."""
        for folder in (self.home, self.home / "data", self.logs, self.work):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        self.pki.mkdir(exist_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a file; an absent file is an empty object.

    Raises:
        ValueError: the file holds something else; the message names it.
    """
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged ({error}); `make clean-local` starts a new stack"
        ) from error
    if not isinstance(content, dict):
        message = f"{path} holds no JSON object; `make clean-local` starts a new stack"
        raise ValueError(message)  # noqa: TRY004 - the content is wrong, not a caller's type
    return cast("dict[str, Any]", content)


def write_json(path: Path, content: Mapping[str, Any], *, mode: int = 0o644) -> None:
    """Replace a file whole: a reader sees the old object or the new one."""
    write_private(path, (json.dumps(content, indent=2) + "\n").encode(), mode=mode)


def write_private(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace a file whole; it never exists with wider permissions than `mode`."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
