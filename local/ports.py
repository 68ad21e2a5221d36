"""Ports for a stack: the asked ones, else last time's, else free ones."""

import contextlib
import secrets
import socket
from collections.abc import Iterable, Mapping

_LOWEST = 15_000
_HIGHEST = 32_000
"""Below the range that outgoing connections take theirs from, so a chosen port stays free."""

_ATTEMPTS = 200


class Taken(Exception):
    """A port is in use; the message says which, and for what it was wanted."""


def choose(
    names: Iterable[str], *, asked: Mapping[str, int], remembered: Mapping[str, int]
) -> dict[str, int]:
    """Give each name a port of its own.

    Raises:
        Taken: a port that was asked for is in use.
    """
    chosen: dict[str, int] = {}
    for name in names:
        if name in asked:
            port = asked[name]
            if not is_free(port) or port in chosen.values():
                raise Taken(f"port {port}, asked for {name}, is in use; name another or none")
            chosen[name] = port
    for name in names:
        if name in chosen:
            continue
        port = remembered.get(name)
        if port is None or port in chosen.values() or not is_free(port):
            port = _free(chosen.values())
        chosen[name] = port
    return chosen


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the loopback port now."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free() -> int:
    """Return a port nobody listens on."""
    return _free(())


def _free(taken: Iterable[int]) -> int:
    for _ in range(_ATTEMPTS):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if port not in taken and is_free(port):
            return port
    raise Taken(f"no free port between {_LOWEST} and {_HIGHEST}")
