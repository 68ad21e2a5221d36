"""The long proofs run when they are asked for by name: `make soak`, or `pytest tests/soak`."""

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave these out of a run over everything."""
    del collection_path
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in asked) else True


def number(name: str, default: int) -> int:
    """Read a whole number that was given on the command line: `make soak SEED=7`."""
    return int(os.environ.get(name, default))  # noqa: TID251 - make hands its variables on so
