"""The terminal's types are those of the API, it compiles, and its own tests pass."""

import subprocess
from pathlib import Path

from local.layout import ROOT

WEB = ROOT / "web"


def run(*command: str) -> str:
    assert (WEB / "node_modules").is_dir(), "run `make web`"
    done = subprocess.run(
        ["npx", "--no-install", *command], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_types_are_those_of_the_document(tmp_path: Path) -> None:
    """S0-186."""
    made = tmp_path / "schema.ts"
    run("openapi-typescript", "../shared/janym/api/openapi.json", "--output", str(made))

    assert (WEB / "src/api/schema.ts").read_text() == made.read_text(), "run `make docs`"


def test_the_types_compile() -> None:
    """S0-186."""
    run("tsc", "--noEmit")


def test_its_own_tests_pass() -> None:
    """S0-110 to S0-126: figures, words in both languages, the live connection."""
    run("vitest", "run")
