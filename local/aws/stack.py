"""Where everything of one stack is: addresses, folders and secrets decided before start."""

import argparse
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast
from urllib.parse import urlsplit

from local.layout import write_private

Json = dict[str, Any]


class StackFileInvalid(Exception):
    """The stack file lacks something; it is written by the command that starts the stack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One stack's decisions, read only."""

    home: Path
    addresses: Mapping[str, str]
    paths: Mapping[str, Path]

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read `stack.json`. Raises StackFileInvalid when it is not a stack file."""
        try:
            data = cast("Json", json.loads(file.read_text()))
            home = file.resolve().parent
            return cls(
                home=home,
                addresses={k: str(v) for k, v in data["addresses"].items()},
                paths={k: home / v for k, v in data["paths"].items()},
            )
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise StackFileInvalid(f"{file} is not a stack file: {error!r}") from error

    def address(self, name: str) -> str:
        """The URL of a server of the stack, without a trailing slash."""
        try:
            return self.addresses[name].rstrip("/")
        except KeyError:
            raise StackFileInvalid(f"the stack file names no address {name!r}") from None

    def port(self, name: str) -> int:
        """The port of a server of the stack."""
        port = urlsplit(self.address(name)).port
        if port is None:
            raise StackFileInvalid(f"address {name!r} has no port: {self.addresses[name]}")
        return port

    def host(self, name: str) -> str:
        """The host name by which clients reach a server of the stack."""
        return urlsplit(self.address(name)).hostname or "localhost"

    def path(self, name: str) -> Path:
        """A folder or file of the stack."""
        try:
            return self.paths[name]
        except KeyError:
            raise StackFileInvalid(f"the stack file names no path {name!r}") from None

    def secret(self, *keys: str) -> str:
        """A secret by its place in the stack's secrets file."""
        file = self.path("secrets")
        value: Any = json.loads(file.read_text())
        for key in keys:
            if not isinstance(value, dict) or key not in value:
                raise StackFileInvalid(f"{file} has no secret {'.'.join(keys)}")
            value = cast("Json", value)[key]
        return str(value)

    def internal_token(self) -> str:
        """The secret by which the stack's components know each other; made when it is missing."""
        file = self.home / "data" / "internal-token"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
            write_private(draft, secrets.token_urlsafe(32).encode())
            # The first to link its draft wins; everybody reads the winner's.
            with contextlib.suppress(FileExistsError):
                file.hardlink_to(draft)
            draft.unlink()
        return file.read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What every component is told on its command line."""

    stack: Stack
    port: int
    template: Path


def arguments(component: str, argv: list[str] | None = None) -> Arguments:
    """Parse `--stack FILE --port P [--template FILE]`."""
    parser = argparse.ArgumentParser(prog=f"python -m local.aws.{component}")
    parser.add_argument("--stack", type=Path, required=True, help="the stack's stack.json")
    parser.add_argument("--port", type=int, required=True, help="the port to listen on")
    parser.add_argument(
        "--template",
        type=Path,
        default=Path(__file__).parents[2] / "template.yaml",
        help="the SAM template to serve",
    )
    given = parser.parse_args(argv)
    return Arguments(
        stack=Stack.load(given.stack), port=given.port, template=given.template.resolve()
    )
