"""A pytest plugin: every cluster that a test asks for is PostgreSQL 18, and says so itself."""

import contextlib
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.fixtures.services import RunningPostgres

VERSION = 18


def pytest_configure(config: pytest.Config) -> None:
    """Let the tests' own fixture start this version."""
    del config
    # Not before: pytest rewrites the module's assertions when it loads it as a plugin itself.
    from tests.fixtures import services  # noqa: PLC0415 - see above

    running = services.running_postgres

    @contextlib.contextmanager
    def of_this_version(
        folder: Path, *, version: int = VERSION, passwords: Mapping[str, str] | None = None
    ) -> Generator["RunningPostgres"]:
        with running(folder, version=version, passwords=passwords) as server:
            with psycopg.connect(server.admin_url) as admin:
                assert admin.info.server_version // 10_000 == VERSION
            yield server

    services.running_postgres = of_this_version
