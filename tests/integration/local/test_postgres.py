"""Our launcher on a real PostgreSQL."""

import os
import pwd
import signal
import subprocess
import sys

import psutil
import psycopg
import pytest

from local import provisioning
from local.layout import ROOT
from local.postgres import SUPERUSER
from tests.fixtures.services import RunningPostgres, room, running_postgres


def test_it_runs_as_somebody_without_rights(postgres: RunningPostgres) -> None:
    with psycopg.connect(postgres.admin_url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row
        process = psutil.Process(row[0])

        expected = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
        assert process.uids().effective == expected


@pytest.mark.parametrize("role", [SUPERUSER, *provisioning.ROLES])
def test_a_wrong_password_is_refused(postgres: RunningPostgres, role: str) -> None:
    wrong = postgres.url(role).replace(postgres.passwords[role], "guess")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


@pytest.mark.parametrize("role", provisioning.ROLES)
def test_no_role_is_above_row_level_security(postgres: RunningPostgres, role: str) -> None:
    with psycopg.connect(postgres.url(role)) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert rights == (False, False, False, False)


def test_only_the_owner_creates_tables(postgres: RunningPostgres) -> None:
    name = postgres.create_database()

    with (
        psycopg.connect(postgres.url("app", name)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")

    with psycopg.connect(postgres.url(provisioning.OWNER, name)) as connection:
        connection.execute("CREATE TABLE ours (id int)")
    postgres.drop_database(name)


def test_a_database_is_cloned_with_its_tables(postgres: RunningPostgres) -> None:
    template = postgres.create_database(prefix="template")
    with psycopg.connect(postgres.url(provisioning.OWNER, template)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    clone = postgres.create_database(template=template)

    with psycopg.connect(postgres.url(provisioning.OWNER, clone)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    postgres.drop_database(clone)
    postgres.drop_database(template)


def test_roles_made_twice_keep_working(postgres: RunningPostgres) -> None:
    provisioning.create_roles(postgres.admin_url, postgres.passwords)

    with psycopg.connect(postgres.url("ingest")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("ingest",)


def test_data_outlives_a_restart_and_another_version_is_refused() -> None:
    with room() as folder:
        with running_postgres(folder, version=18) as first:
            name = first.create_database()
            with psycopg.connect(first.url(provisioning.OWNER, name)) as connection:
                version = connection.execute("SHOW server_version").fetchone()
                connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        assert version
        assert version[0].startswith("18.")

        refused = subprocess.run(
            [
                *(sys.executable, "-m", "local.postgres", "--port", "1"),
                *("--data", folder / "data", "--secrets", folder / "secrets.json"),
                *("--version", "16"),
            ],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}/shared:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert refused.returncode == 1
        assert "was made by PostgreSQL 18, not 16" in refused.stderr

        passwords = dict(first.passwords)
        with (
            running_postgres(folder, version=18, passwords=passwords) as second,
            psycopg.connect(second.url(provisioning.OWNER, name)) as connection,
        ):
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_a_killed_server_comes_back_with_what_was_committed() -> None:
    with room() as folder:
        with running_postgres(folder) as first:
            with psycopg.connect(first.admin_url) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
            pid = int((folder / "data/cluster/postmaster.pid").read_text().splitlines()[0])
            os.kill(pid, signal.SIGKILL)

        with (
            running_postgres(folder, passwords=dict(first.passwords)) as second,
            psycopg.connect(second.admin_url) as connection,
        ):
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)


def test_root_reaches_a_folder_that_others_may_not_enter() -> None:
    with room() as folder:
        folder.chmod(0o700)
        with (
            running_postgres(folder) as server,
            psycopg.connect(server.admin_url) as connection,
        ):
            assert connection.execute("SELECT 1").fetchone() == (1,)
