"""The real engine, which takes 400 MiB more on SIGUSR1: `python -I hungry_engine.py … __main__.py`.

Started in the place of the engine's interpreter, with the interpreter's arguments.
"""

import runpy
import signal
import sys
from types import FrameType

BALLAST = 400 * 1024 * 1024
held: list[bytes] = []


def take(_number: int, _frame: FrameType | None) -> None:
    """Hold bytes that are written, for pages of zeros are nobody's memory."""
    held.append(b"\1" * BALLAST)


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, take)
    sys.argv = sys.argv[-1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
