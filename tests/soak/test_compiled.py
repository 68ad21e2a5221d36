"""Compiled books at length: ten million frames, no byte read beyond one, no memory lost."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from random import Random

import pytest

from janym.book.keepers import COMPILED, PURE
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from tests.fakes.flow.twins import Twins
from tests.soak.conftest import number

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "shared/fastbook/src/fastbook"
FEEDS_THERE_ARE = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
TOGETHER = number("FRAMES", 10_000_000)
SEED = number("SEED", 1_000_000)
AT_ONCE = 100_000
MOST_MIB = 8
"""By so much memory may grow after the first two hundred thousand frames of a feed."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("feed", FEEDS_THERE_ARE, ids=lambda feed: f"{feed.venue}-{feed.market}")
def test_ten_million_frames_are_heard_alike(feed: VenueFeed) -> None:
    """Both keepers say the same of every frame, and keep nothing of those that are gone."""
    assert COMPILED is not None
    each = -(-TOGETHER // len(FEEDS_THERE_ARE))
    memory: list[float] = []
    for seed in range(SEED, SEED - (-each // AT_ONCE)):
        twins = Twins(feed, (PURE, COMPILED), Random(seed))  # noqa: S311 - spoils frames
        twins.run(min(each, AT_ONCE))
        assert twins.said["BookUpdate"] > 100
        memory.append(_resident_mib())

    assert memory[-1] - max(memory[:2]) < MOST_MIB, memory


def test_no_byte_is_read_that_is_no_part_of_a_frame(tmp_path: Path) -> None:
    """The same frames into an extension that watches its memory, built with gcc's sanitizers."""
    _build(tmp_path / "fastbook")
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": f"{tmp_path}:{ROOT / 'shared'}:{ROOT}",
        "PYTHONMALLOC": "malloc",
        "LD_PRELOAD": " ".join(map(_library, ("libasan.so", "libubsan.so"))),
        "ASAN_OPTIONS": "detect_leaks=0",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    }
    used = _run(["-c", "import fastbook.core; print(fastbook.core.__file__)"], environment)
    assert used.stdout.startswith(str(tmp_path)), used.stdout + used.stderr

    watched = _run(
        ["-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-s",
         "tests/unit/janym/book/test_compiled.py"],
        environment,
    )  # fmt: skip

    assert watched.returncode == 0, watched.stdout[-3000:] + watched.stderr[-3000:]
    assert "runtime error" not in watched.stderr, watched.stderr[-3000:]


def _run(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def _build(package: Path) -> None:
    package.mkdir()
    (package / "__init__.py").write_text((SOURCES / "__init__.py").read_text())
    code = package / "core.c"
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    include = sysconfig.get_paths()["include"]
    subprocess.run(
        [sys.executable, "-m", "cython", "-3", str(SOURCES / "core.pyx"), "-o", str(code)],
        check=True,
    )
    subprocess.run(
        ["gcc", "-O1", "-g", "-fsanitize=address,undefined", "-fno-omit-frame-pointer", "-fPIC",
         "-shared", f"-I{include}", str(code), "-o", str(package / f"core{suffix}")],
        check=True,
    )  # fmt: skip


def _library(name: str) -> str:
    found = subprocess.run(
        ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    )
    return found.stdout.strip()


def _resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20
