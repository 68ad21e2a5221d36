"""`make` where something is missing, and where everything is there: then no network is asked."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from local.layout import ROOT

LOCKS = ("uv.lock", "containers/bridge/engine/uv.lock", "iac/tools/uv.lock")
TOOLS = ("bash", "sh", "cat", "cksum", "cut", "rm", "touch", "echo", "mkdir", "python3", "env")
REFUSES = "#!/bin/sh\necho network asked for >&2\nexit 9\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with its locks and an installer that can reach nothing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in LOCKS:
        (tmp_path / lock).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / lock, tmp_path / lock)
    built = shutil.ignore_patterns("__pycache__", "*.so", "*.c", "build", "*.egg-info")
    shutil.copytree(ROOT / "shared/fastbook", tmp_path / "shared/fastbook", ignore=built)
    installer = tmp_path / ".local/envs/uv/bin/uv"
    installer.parent.mkdir(parents=True)
    installer.write_text(REFUSES)
    installer.chmod(0o755)
    return tmp_path


def make(
    checkout: Path, *targets: str, path: str | None = None
) -> subprocess.CompletedProcess[str]:
    program = shutil.which("make")
    assert program, "these tests are of make"
    return subprocess.run(
        [program, "--no-print-directory", *targets],
        cwd=checkout,
        env={"PATH": path or os.defpath, "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def stamps(checkout: Path) -> Sequence[Path]:
    """Where `make` notes that it installed a lock, and that it compiled the books."""
    books = sorted(str(path.relative_to(checkout)) for path in checkout.glob("shared/fastbook/*.*"))
    inner = sorted(
        str(path.relative_to(checkout))
        for path in checkout.glob("shared/fastbook/src/fastbook/*.p*")
    )
    return [
        checkout / ".venv" / f".installed-{_sum(checkout, LOCKS[0])}",
        checkout / ".venv" / f".fastbook-{_sum(checkout, *books, *inner)}",
        checkout / ".local/envs/engine" / f".installed-{_sum(checkout, LOCKS[1])}",
        checkout / ".local/envs/tools" / f".installed-{_sum(checkout, LOCKS[2])}",
    ]


def _sum(checkout: Path, *files: str) -> str:
    content = b"".join((checkout / file).read_bytes() for file in files)
    return subprocess.check_output(["cksum"], input=content).decode().split()[0]


def test_what_is_installed_is_not_asked_for_again(checkout: Path) -> None:
    """With everything installed, nothing needs the network."""
    for stamp in stamps(checkout):
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()

    done = make(checkout, "setup", "engine", "tools")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_what_is_missing_is_asked_for(checkout: Path) -> None:
    """So that the test above can fail."""
    done = make(checkout, "setup")

    assert done.returncode != 0
    assert "network asked for" in done.stderr


def test_without_a_compiler_it_says_which_to_install(checkout: Path) -> None:
    bare = checkout / "bare"
    bare.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (bare / tool).symlink_to(found)

    done = make(checkout, "engine", path=str(bare))

    assert done.returncode != 0
    assert "needs a C++ compiler: install g++" in done.stdout
    assert not (checkout / ".local/envs/engine").exists()
