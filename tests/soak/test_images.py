"""Images are built by commands that work away from the checkout, and what they hold starts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
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
    command = _command("collector", "books").replace("--system", "")
    command = command.replace("/wheels", str(tmp_path / "wheels"))

    _run(["bash", "-ec", command], tmp_path, build)

    (wheel,) = (tmp_path / "wheels").glob("*.whl")
    _run([str(UV / "uv"), "pip", "install", "-q", "--no-index", str(wheel)], tmp_path, clean)
    said = _run([str(clean / "bin/python"), "-c", TAKES_A_FRAME], tmp_path, clean)
    assert said == "{}"


def test_the_bridge_of_the_image_starts(tmp_path: Path) -> None:
    """S0-180: its stage's packages and the last stage's files, and nothing of the checkout.

    What it runs beside it, Hummingbot, is what `make engine` builds from the same lock.
    """
    build, app, packages = tmp_path / "build", tmp_path / "app", tmp_path / "bridge"
    shutil.copytree(ROOT / "shared/janym", build / "shared/janym")
    shutil.copy(ROOT / "shared/pyproject.toml", build / "shared")
    shutil.copy(ROOT / "uv.lock", build)
    shutil.copytree(ROOT / "containers/bridge", app / "containers/bridge")
    shutil.copy(ROOT / "containers/__init__.py", app / "containers")
    command = _command("bridge", "bridge").replace("/opt/bridge", str(packages))
    command = command.replace("uv venv", f"uv venv --python {sys.executable}")

    _run(["bash", "-ec", command.replace("/build", str(build))], tmp_path)

    begun = subprocess.run(
        [str(packages / "bin/python"), "-m", "containers.bridge"],
        cwd=app, env={"AWS_REGION": "us-east-1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert begun.returncode == 2, begun.stderr
    assert "the environment lacks CLAIM_URL" in begun.stdout + begun.stderr


def _command(container: str, name: str) -> str:
    """Give what a stage runs, without the line that brings uv."""
    image = (ROOT / f"containers/{container}/Dockerfile").read_text()
    stage = image.partition(f"AS {name}\n")[2].partition("\nFROM ")[0]
    lines = [line for line in stage.replace("\\\n", " ").splitlines() if line.startswith("RUN ")]
    assert len(lines) == 2, lines
    assert "install --no-cache-dir uv" in lines[0]
    return lines[1].removeprefix("RUN ").strip()


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
