"""Ports for a stack: the asked ones, else last time's, else free ones.

A port is chosen long before its server listens. Until then a name in the kernel stands for it, so
that two stacks which start at the same time choose different ones.
"""

import contextlib
import secrets
import socket
from collections.abc import Callable, Iterable, Mapping

_LOWEST = 15_000
_HIGHEST = 32_000
"""Below the range that outgoing connections take theirs from, so a chosen port stays free."""

_ATTEMPTS = 200


class Taken(Exception):
    """A port is in use; the message says which, and for what it was wanted."""


class Reservation:
    """Ports that this process has chosen; other stacks on this machine choose others."""

    def __init__(self) -> None:
        self._held: list[socket.socket] = []

    def take(self, port: int) -> bool:
        """Keep a port, if a server could listen on it and no other stack has chosen it."""
        if not is_free(port):
            return False
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0janym/port/{port}")  # abstract: no file, and gone with this process
        except OSError:
            name.close()
            return False
        self._held.append(name)
        return True

    def close(self) -> None:
        """Let go of all."""
        while self._held:
            self._held.pop().close()


def choose(
    names: Iterable[str],
    *,
    asked: Mapping[str, int],
    remembered: Mapping[str, int],
    reservation: Reservation,
) -> dict[str, int]:
    """Give each name a port of its own, kept by the reservation.

    Raises:
        Taken: a port that was asked for is in use.
    """
    chosen: dict[str, int] = {}
    for name in names:
        if name in asked:
            port = asked[name]
            if not reservation.take(port):
                raise Taken(f"port {port}, asked for {name}, is in use; name another or none")
            chosen[name] = port
    for name in names:
        if name in chosen:
            continue
        port = remembered.get(name)
        if port is None or not reservation.take(port):
            port = _free(reservation.take)
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
    return _free(is_free)


def _free(take: Callable[[int], bool]) -> int:
    for _ in range(_ATTEMPTS):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if take(port):
            return port
    raise Taken(f"no free port between {_LOWEST} and {_HIGHEST}")
