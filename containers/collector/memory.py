"""How much memory the process keeps beyond what it uses."""

import ctypes

_ARENAS = -8
"""`M_ARENA_MAX` of glibc's malloc.h."""


def keep_one_heap() -> bool:
    """Let all threads share one heap; tell whether this system can be told so.

    glibc gives threads heaps of their own, and each keeps the most that it ever held: a batch that
    was written by one thread after another is kept as often as there are threads. Python's threads
    take turns, so that one heap costs them nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_ARENAS, 1) == 1
