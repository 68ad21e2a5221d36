"""A pytest plugin: every cluster that a test asks for is PostgreSQL 18, and says so itself."""

import contextlib
from collections.abc import Generator, Mapping
from pathlib import Path

import psycopg
import pytest

from tests.fixtures import services

VERSION = 18
_running = services.running_postgres


@contextlib.contextmanager
def _of_this_version(
    folder: Path, *, version: int = VERSION, passwords: Mapping[str, str] | None = None
) -> Generator[services.RunningPostgres]:
    with _running(folder, version=version, passwords=passwords) as server:
        with psycopg.connect(server.admin_url) as admin:
            assert admin.info.server_version // 10_000 == VERSION
        yield server


def pytest_configure(config: pytest.Config) -> None:
    """Let the tests' own fixture start this version."""
    del config
    services.running_postgres = _of_this_version
