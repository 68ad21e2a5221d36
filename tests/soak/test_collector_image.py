"""The collector's image gets its compiled books by commands that work away from the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "containers/collector/Dockerfile"
UV = ROOT / ".local/envs/uv/bin"
TAKES_A_FRAME = """
from fastbook.core import Ear, Lanes
lanes = Lanes([], tuple)
print(Ear(lanes, lambda frame, at_ns: frame).receive(b"{}", 1).decode(), end="")
"""


def test_the_books_of_the_image_are_built_and_work_elsewhere(tmp_path: Path) -> None:
    """The first stage as the Dockerfile says it, and its wheel where there is nothing else."""
    build, clean = tmp_path / "build", tmp_path / "clean"
    for environment in (build, clean):
        _run([str(UV / "uv"), "venv", "-q", "--python", sys.executable, str(environment)], tmp_path)
    shutil.copy(ROOT / "uv.lock", tmp_path)
    shutil.copytree(
        ROOT / "shared/fastbook", tmp_path / "fastbook", ignore=shutil.ignore_patterns("build")
    )
    command = _command().replace("--system", "").replace("/wheels", str(tmp_path / "wheels"))

    _run(["bash", "-ec", command], tmp_path, build)

    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    _run([str(UV / "uv"), "pip", "install", "-q", "--no-index", str(wheel)], tmp_path, clean)
    said = _run([str(clean / "bin/python"), "-c", TAKES_A_FRAME], tmp_path, clean)
    assert said == "{}"


def _command() -> str:
    """Give what the stage runs, without the line that brings uv."""
    stage = IMAGE.read_text().partition("AS books")[2].partition("\nFROM ")[0]
    runs = [part.partition("\n\n")[0] for part in stage.replace("\\\n", " ").split("RUN ")[1:]]
    assert len(runs) == 2, runs
    assert "install --no-cache-dir uv" in runs[0]
    return runs[1].strip()


def _run(command: list[str], folder: Path, environment: Path | None = None) -> str:
    """Run in a folder with an environment of its own, by the machine's way to the packages."""
    around = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # noqa: TID251 - where packages come from is the machine's to say
    first = [] if environment is None else [str(environment / "bin")]
    around["PATH"] = os.pathsep.join([*first, str(UV), around["PATH"]])
    if environment is not None:
        around["VIRTUAL_ENV"] = str(environment)
    ran = subprocess.run(
        command, cwd=folder, env=around,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    return ran.stdout
