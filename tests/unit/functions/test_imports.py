"""What a cold start pays for: no function imports an adapter before it needs one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
HEAVY = {"aws_encryption_sdk", "sqlalchemy", "clickhouse_connect", "awscrt", "psycopg", "boto3"}
PROBE = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_importing_a_function_imports_no_adapter(function: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROBE, f"functions.{function}.handler"],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"},
        check=True,
        capture_output=True,
        text=True,
    )
    modules = set(json.loads(found.stdout))

    assert modules.isdisjoint(HEAVY), sorted(modules & HEAVY)
    assert f"functions.{function}.handler" in modules


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_short(function: str) -> None:
    lines = (ROOT / "functions" / function / "handler.py").read_text().splitlines()

    assert len(lines) <= 120
