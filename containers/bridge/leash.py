"""Ties a child's life to ours: `python -I -S leash.py PARENT PROGRAM ARGUMENT…` becomes PROGRAM.

The kernel kills it when its parent, whose process id is given, is gone. A program of its own and
not a function between fork and exec, for the bridge has threads, whose locks a fork would copy.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Ask the kernel, then become the command."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    if os.getppid() != parent:
        sys.exit("the bridge died before its engine began")
    os.execv(command[0], command)  # noqa: S606 - no shell: the bridge gives program and arguments


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
