"""A child dies with its parent: the kernel sends the signal, so nothing is left behind.

The kernel forgets the wish when a process changes its user, so a program that drops root says it
again. The parent is the *thread* that started the child: start children from the main thread.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def follow(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to signal this process when `parent`, a process id, is gone.

    Raises:
        OSError: the kernel refused.
    """
    if _libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    if os.getppid() != parent:
        os.kill(os.getpid(), number)


def following(number: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """Return what a child calls between fork and exec to die with this process."""
    parent = os.getpid()
    return lambda: follow(parent, number)


def leave_on_request() -> None:
    """Exit cleanly when asked to (SIGTERM)."""

    def leave(_number: int, _frame: object) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
