"""A real Chromium for end-to-end tests: named, found, or unpacked; never left out.

    python -m local.instruments.chromium        say which one there is; fetch it where there is none

Sought in this order: the program that JANYM_CHROMIUM names, `chromium` on the PATH, the
distribution's package unpacked without root under `.local/envs/chromium` (delete that folder to
have it fetched anew).
"""

import base64
import hashlib
import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from local import debian, environment
from local.layout import ROOT

VARIABLE = "JANYM_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALLED = ROOT / ".local" / "envs" / "chromium"
_PACKAGES = ("chromium", "fonts-dejavu-core", "fontconfig-config")

SWITCHES = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""It draws and speaks as a person's browser does, and calls nobody of its own accord."""


class NotInstalled(Exception):
    """There is no browser on this machine; the message says how to get one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromium:
    """A browser's program and what it must be told to run."""

    program: Path
    environment: dict[str, str]

    def switches(self, trusted: Path) -> list[str]:
        """Return its arguments: whom to trust is one server's key, so other certificates count.

        Root has no sandbox: Chromium refuses to start without being told so.
        """
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []
        return [*SWITCHES, *alone, f"--ignore-certificate-errors-spki-list={_pin(trusted)}"]


def provide(installed: Path = INSTALLED) -> Chromium:
    """Return the browser to test with; fetch it where there is none.

    Raises:
        NotInstalled: the one that is named does not run, or none could be fetched.
    """
    named = os.environ.get(VARIABLE)  # noqa: TID251 - a person names their browser
    if named:
        return _named(named)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Chromium(program=Path(found), environment=environment.inherited())
    program = installed / "usr" / "lib" / "chromium" / "chromium"
    if not program.exists():
        _install(installed)
    return Chromium(program=program, environment=_surroundings(installed))


def _named(named: str) -> Chromium:
    program = shutil.which(named)
    if program is None:
        raise NotInstalled(
            f"{VARIABLE} names {named!r}, and there is no such program: name a Chromium, or unset "
            f"{VARIABLE} to have one found or fetched"
        )
    return Chromium(program=Path(program), environment=environment.inherited())


def _install(installed: Path) -> None:
    installed.parent.mkdir(parents=True, exist_ok=True)
    print(
        "==> Chromium, for the tests of the web terminal (120 MB, once, without root)", flush=True
    )
    try:
        debian.unpack(_PACKAGES, installed)
    except debian.NoApt as error:
        raise NotInstalled(
            f"the tests of the web terminal need Chromium, and {platform.system()} here has no "
            f"apt to fetch it with: install it, or name its program in {VARIABLE}"
        ) from error
    except debian.CannotFetch as error:
        raise NotInstalled(
            "the tests of the web terminal need Chromium, which could not be fetched without "
            f"root ({error}): install it with `apt install chromium`, or name its program in "
            f"{VARIABLE}"
        ) from error


def _surroundings(root: Path) -> dict[str, str]:
    """Return an environment in which an unpacked program finds its libraries and fonts."""
    found = environment.inherited() | {"LD_LIBRARY_PATH": debian.libraries(root)}
    if not Path("/etc/fonts/fonts.conf").exists():
        found["FONTCONFIG_SYSROOT"] = str(root)
    return found


def _pin(trusted: Path) -> str:
    certificate = x509.load_pem_x509_certificate(trusted.read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def main() -> int:
    try:
        provide()
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
