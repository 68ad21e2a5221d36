"""One supervisor per stack: the kernel holds the lock and frees it when the holder dies."""

import contextlib
import fcntl
import os
from collections.abc import Generator

from local.layout import Stack


class AlreadyRunning(Exception):
    """Another supervisor holds the stack."""

    def __init__(self, pid: int | None) -> None:
        super().__init__(f"held by process {pid}")
        self.pid = pid


@contextlib.contextmanager
def hold(stack: Stack) -> Generator[None]:
    """Hold the stack for as long as the block runs.

    Raises:
        AlreadyRunning: somebody else holds it. Nothing was changed.
    """
    descriptor = os.open(stack.lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(_pid(descriptor)) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def holder(stack: Stack) -> int | None:
    """Return the process id of the supervisor that holds the stack now, if one does."""
    if not stack.lock.exists():
        return None
    descriptor = os.open(stack.lock, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _pid(descriptor)
    finally:
        os.close(descriptor)
    return None


def _pid(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).decode().strip()
    return int(text) if text.isdigit() else None
