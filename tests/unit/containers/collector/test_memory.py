"""What a collector's process keeps."""

import subprocess
import sys
from pathlib import Path

from local.layout import ROOT

CHILD = """
import ctypes, sys, threading
from containers.collector import memory

if sys.argv[2] == "one":
    assert memory.keep_one_heap()
together = threading.Barrier(4)

def work():
    together.wait()
    held = [bytes(4_000) for _ in range(100)]
    together.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
told = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
"""


def heaps(told: Path, how: str) -> int:
    """Count the heaps of a process in which four threads worked at once."""
    subprocess.run([sys.executable, "-c", CHILD, str(told), how], check=True, cwd=ROOT)
    return told.read_text().count("<heap nr=")


def test_threads_of_a_collector_share_one_heap(tmp_path: Path) -> None:
    """S4-084: what one thread gave back the next one takes."""
    assert heaps(tmp_path / "usual", "usual") > 1
    assert heaps(tmp_path / "one", "one") == 1
