"""The engine's two pipes, moved out of reach of a library that prints or reads.

After `take`, file descriptor 0 is empty and 1 is stderr, so a stray print lands in the log and
cannot be mistaken for a line of the protocol.
"""

import os
import threading
from collections.abc import Callable
from typing import NoReturn

from engine.protocol import Report, encode

CLOSED = 3
READ_BYTES = 65536


class Outlet:
    """Writes lines to the bridge. A line leaves whole: the lock keeps two threads apart."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, report: Report) -> None:
        """Write one line; waits while the bridge is slow, ends the process where it is gone."""
        line = memoryview(encode(report))
        with self._lock:
            while line:
                try:
                    line = line[os.write(self._descriptor, line) :]
                except BrokenPipeError:
                    leave(CLOSED)


class Inlet:
    """Reads lines of the bridge; the end of the pipe ends the process at once."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def line(self) -> bytes:
        """Wait for the next line, without its newline."""
        while b"\n" not in self._rest:
            chunk = os.read(self._descriptor, READ_BYTES)
            if not chunk:
                leave(CLOSED)
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def feed(self, receive: Callable[[bytes], None]) -> None:
        """Hand on every further line from a thread, which lives while the loop hangs."""

        def read() -> None:
            while True:
                receive(self.line())

        threading.Thread(target=read, name="bridge", daemon=True).start()


def take() -> tuple[Inlet, Outlet]:
    """Move the pipes away from descriptors 0 and 1."""
    inlet, outlet = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return Inlet(inlet), Outlet(outlet)


def leave(code: int) -> NoReturn:
    """End the process now; Hummingbot's threads and finalizers would hold it back."""
    os._exit(code)
