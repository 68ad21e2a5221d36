"""What a cold start pays for: what each function loads before its first call, and for its ports."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.fakes import roles

ROOT = Path(__file__).parents[3]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
HEAVY = {"aws_encryption_sdk", "sqlalchemy", "clickhouse_connect", "awscrt", "psycopg", "boto3"}
NEVER = {"sqlalchemy", "alembic", "requests", "aiohttp", "numpy", "pandas", "moto", "local"}
"""What no function has when it waits for its first call; `migrate` loads its own when it is asked.
"""
HOLDERS_OF_KEYS = {"claim", "credentials", "rotate", "venue_check"}
"""Functions that encrypt or decrypt exchange keys."""
PORTS = {
    "bus": {"boto3"},
    "certificates": {"boto3"},
    "functions": {"boto3"},
    "history": {"clickhouse_connect"},
    "launcher": {"boto3"},
    "market_past": {"clickhouse_connect"},
    "randomness": set[str](),
    "retention": {"psycopg"},
    "roster": {"psycopg"},
    "seal": {"boto3", "aws_encryption_sdk"},
    "units": {"psycopg"},
    "vault": {"boto3", "aws_encryption_sdk"},
    "venues": set[str](),
}
"""What heavy things stand behind a port; a client of RDS is not among them."""
MOST_WITH_RESOLVER, MOST = 480, 330
"""Modules that a function may import: with the resolver of HTTP, and without."""
IMPORT = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""
CONSTRUCT = """
import json, sys
from janym import wiring
getattr(wiring, sys.argv[1])()
print(json.dumps(sorted(sys.modules)))
"""

ZONE = """
import json, sys
from zoneinfo import ZoneInfo
ZoneInfo(sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""


def modules(probe: str, argument: str, environment: dict[str, str]) -> set[str]:
    """Give the modules that a process of its own has at its end."""
    found = subprocess.run(
        [sys.executable, "-c", probe, argument],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return set(json.loads(found.stdout))


@cache
def imported(function: str) -> set[str]:
    return modules(IMPORT, f"functions.{function}.handler", {})


@pytest.mark.parametrize("function", FUNCTIONS)
def test_importing_a_function_imports_no_adapter(function: str) -> None:
    found = imported(function)

    assert found.isdisjoint(HEAVY | NEVER), sorted(found & (HEAVY | NEVER))
    assert f"functions.{function}.handler" in found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_imports_few_modules(function: str) -> None:
    found = imported(function)
    most = MOST_WITH_RESOLVER if "aws_lambda_powertools.event_handler" in found else MOST

    assert len(found) <= most, f"{len(found)} modules: which of them are needed?"


def test_what_bots_say_is_read_without_the_resolver() -> None:
    """The busiest functions answer no HTTP, and load nothing that does."""
    for function in ("ingest_current", "ingest_history"):
        unneeded = {name for name in imported(function) if "event_handler" in name}
        assert not unneeded | ({"asyncio"} & imported(function))


@pytest.mark.parametrize("port", PORTS)
def test_a_port_loads_what_stands_behind_it_and_no_more(port: str) -> None:
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }
    owner = next(name for name in FUNCTIONS if port in named(name))
    found = modules(CONSTRUCT, port, environment | roles.environment(owner))

    assert found & (HEAVY - {"awscrt"}) == PORTS[port]
    assert found.isdisjoint(NEVER), sorted(found & NEVER)


def test_time_zones_come_with_the_layer() -> None:
    """Quiet hours have a zone, and Lambda's image promises none."""
    where = {"PYTHONTZPATH": ""}

    assert "tzdata.zoneinfo.Europe" in modules(ZONE, "Europe/Berlin", where)
    layer = (ROOT / "shared" / "requirements.txt").read_text()
    assert re.search(r"^tzdata==[0-9.]+ \\$", layer, re.MULTILINE), "for this system too"


def test_the_encryption_sdk_is_only_where_keys_are() -> None:
    """Decrypting is theirs alone, and everybody else is spared its weight."""
    assert {name for name in FUNCTIONS if "vault" in named(name)} == HOLDERS_OF_KEYS


def named(function: str) -> set[str]:
    """Give the ports that a handler names."""
    handler = (ROOT / "functions" / function / "handler.py").read_text()
    return set(re.findall(r"\bwiring\.(\w+)\(", handler))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_is_short(function: str) -> None:
    lines = (ROOT / "functions" / function / "handler.py").read_text().splitlines()

    assert len(lines) <= 120
