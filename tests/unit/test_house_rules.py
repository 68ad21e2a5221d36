"""Rules of this house that no linter knows. Each failure says what to do."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("shared", "functions", "containers", "local", "iac", "benchmarks")
VAGUE = {"utils", "helpers", "common", "misc", "base", "manager"}
LONGEST_MODULE = 400
LONGEST_FUNCTION_FILE = 120


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


FILES = tracked()
SOURCES = [
    file for file in FILES if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ROOMS
]
PRODUCT = [
    file
    for file in SOURCES
    if file.relative_to(ROOT).parts[0] in {"shared", "functions", "containers"}
]
HANDLERS = sorted(ROOT.glob("functions/*/"))


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", SOURCES, ids=name)
def test_a_module_is_one_room(file: Path) -> None:
    text = file.read_text()
    lines = text.count("\n")

    assert ast.get_docstring(ast.parse(text)), f"{name(file)}: say in one sentence what it holds"
    assert file.stem not in VAGUE, f"{name(file)}: name it for what it holds"
    assert lines <= LONGEST_MODULE, f"{name(file)}: {lines} lines are several rooms"


@pytest.mark.parametrize("folder", [f for f in HANDLERS if f.name != "__pycache__"], ids=name)
def test_a_function_is_one_short_file(folder: Path) -> None:
    files = [
        file for file in folder.rglob("*") if "__pycache__" not in file.parts and file.is_file()
    ]

    assert {file.name for file in files} == {"__init__.py", "handler.py"}, (
        f"{name(folder)}: logic goes to usecases"
    )
    for file in files:
        assert file.read_text().count("\n") <= LONGEST_FUNCTION_FILE, name(file)


@pytest.mark.parametrize("file", PRODUCT, ids=name)
def test_product_code_cannot_tell_the_laptop_from_the_cloud(file: Path) -> None:
    """The laptop differs by addresses and certificates alone (S0-182)."""
    told = re.findall(
        r"\b(?:is_local|JANYM_LOCAL|AWS_SAM_LOCAL|LOCALSTACK\w*|AWS_ENDPOINT_URL\w*)\b",
        file.read_text(),
    )

    assert not told, (
        f"{name(file)}: {told}: addresses come from the environment, for every place alike"
    )


def test_every_sample_event_is_used() -> None:
    """Sample events serve `sam local invoke` and the tests alike (SU-011)."""
    tests = "\n".join(
        file.read_text() for file in FILES if "tests" in file.parts and file.suffix == ".py"
    )
    unused = [event.name for event in (ROOT / "events").glob("*.json") if event.stem not in tests]

    assert not unused, f"use them in a test or remove them: {unused}"


@pytest.mark.parametrize(
    "folder",
    ["functions", "containers", "iac", "shared", "events", "tests", "local", "docs", "benchmarks"],
)
def test_the_tree_is_the_one_the_readme_draws(folder: str) -> None:
    """SU-009."""
    assert (ROOT / folder).is_dir()
    assert f"{folder}/" in (ROOT / "README.md").read_text()


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))

    assert [int(record.name[:4]) for record in records] == list(range(1, len(records) + 1))
    for record in records:
        headings = re.findall(r"^## (\w+)", record.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], record.name


def test_locks_name_no_address() -> None:
    """A lock installs from whatever index a machine is set to."""
    for lock in [file for file in FILES if file.name in {"uv.lock", "requirements.txt"}]:
        assert "://" not in lock.read_text(), f"{name(lock)}: regenerate it with `make lock`"


def test_the_lock_of_npm_names_no_address() -> None:
    """`resolved` is what a lock of npm calls an address; web/.npmrc leaves it out."""
    assert '"resolved"' not in (ROOT / "web/package-lock.json").read_text(), (
        "web/package-lock.json: write it with web/.npmrc in force"
    )
