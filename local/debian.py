"""Packages of the distribution in a folder of ours: no root, and the system stays as it is."""

import os
import shutil
import subprocess
from pathlib import Path


class NoApt(Exception):
    """This system has no apt to fetch packages with."""


class CannotFetch(Exception):
    """apt or dpkg failed; the message is the last thing it said."""


def unpack(packages: tuple[str, ...], into: Path) -> None:
    """Unpack packages under a folder, with whatever they need that this system lacks.

    The package lists and the downloads are thrown away; what is unpacked appears whole or not
    at all.

    Raises:
        NoApt: packages of another kind of system are needed.
        CannotFetch: a package is unknown, or the network is away.
    """
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NoApt
    draft = into.with_name(f"{into.name}.{os.getpid()}")
    try:
        _unpack(packages, draft)
        if not into.exists():
            (draft / "root").rename(into)
    except subprocess.CalledProcessError as error:
        raise CannotFetch(_last_line(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def libraries(root: Path) -> str:
    """Return LD_LIBRARY_PATH for programs unpacked under `root`."""
    folders = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")]
    nested = [folder / "pulseaudio" for folder in folders if (folder / "pulseaudio").is_dir()]
    return ":".join(map(str, [*folders, *nested]))


def _unpack(packages: tuple[str, ...], draft: Path) -> None:
    for folder in ("lists/partial", "cache/archives/partial", "root"):
        (draft / folder).mkdir(parents=True)
    private = [
        *("-o", f"Dir::State::lists={draft / 'lists'}", "-o", f"Dir::Cache={draft / 'cache'}"),
        *("-o", "APT::Sandbox::User=", "-o", "Debug::NoLocking=1", "-qq"),
    ]
    _run(["apt-get", *private, "update"])
    only = ("--yes", "--download-only", "--no-install-recommends")
    _run(["apt-get", *private, "install", *only, *packages])
    for package in (draft / "cache" / "archives").glob("*.deb"):
        _run(["dpkg", "-x", str(package), str(draft / "root")])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def _last_line(error: subprocess.CalledProcessError) -> str:
    lines = (str(error.stderr) or str(error.stdout)).strip().splitlines()
    return lines[-1] if lines else str(error)
