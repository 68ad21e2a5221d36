"""Mosquitto as IoT Core: mutual TLS, and the certificate's common name is who a client is.

    python -m local.mosquitto --folder DIR --pki DIR --port P --program FILE

The broker replaces the client id that a client sends with its certificate's common name, so nobody
takes another's session; one certificate therefore holds one connection at a time. What a bot may
publish and read is generated from the topic table; what integrators read is in `local.readers`.
Mosquitto drops what is not allowed and still
acknowledges it, where IoT Core disconnects.
"""

import argparse
import os
import platform
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from janym.domain import topics
from janym.domain.topics import Direction, Ingest
from local import child, clock, debian, environment, pki
from local.layout import MARKER, ROOT, read_json, write_json, write_private
from local.readers import REVOKED, Readers

TELEMETRY_RULE = "janym_telemetry"
"""The Basic Ingest rule that bots send their metrics and logs to."""

_RIGHTS = "acl"
_PROCESS = "broker.json"
"""In the folder of the stack's authority, as all that the broker shares with the IoT plane."""

INSTALLED = ROOT / ".local" / "mosquitto"
_SYSTEM = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
_KIB = 1024
_QUEUED = 1_000_000
"""Messages that may wait for a reader that is away. Not 0, "no limit": with it, 2.0.11 cuts off a
client that publishes what it may not, where IoT Core's rules are to be tested one by one."""


class NotInstalled(Exception):
    """There is no broker on this machine; the message says how to get one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One listener and the folder that keeps its sessions and retained messages."""

    folder: Path
    pki: Path
    port: int

    @property
    def configuration(self) -> Path:
        return self.folder / "mosquitto.conf"

    def write(self) -> None:
        """Write the broker's files anew, from the topic table and what is known of readers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_rights(self.pki)
        Readers(self.pki).prepare(at=clock.now())
        self.configuration.write_text(self._settings())

    def remember(self, pid: int) -> None:
        """Note which process will be the broker, for whoever changes its rights."""
        write_json(self.pki / _PROCESS, {"pid": pid, "created": child.created(pid)})

    def _settings(self) -> str:
        limit = topics.MAX_PAYLOAD_BYTES
        return f"""\
per_listener_settings false
allow_anonymous false
acl_file {self.pki / _RIGHTS}
user {"root" if os.geteuid() == 0 else "nobody"}

persistence true
persistence_location {self.folder}/
autosave_interval 5
persistent_client_expiration 1h

message_size_limit {limit}
max_packet_size {limit + 4 * _KIB}
max_inflight_messages 100
max_queued_messages {_QUEUED}

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false

listener {self.port} 127.0.0.1
cafile {self.pki / "ca.crt"}
certfile {self.pki / "server.crt"}
keyfile {self.pki / "server.key"}
crlfile {self.pki / REVOKED}
tls_version tlsv1.2
require_certificate true
use_identity_as_username true
use_username_as_clientid true
"""


def access_list(readers: Readers) -> str:
    """Return the rights of every client: readers', and from the one topic table all others'.

    `%u` is the certificate's common name: a bot reaches its own topics and nothing else.
    """
    return "\n".join([*_platform(), *readers.rights(), *_bots(), ""])


def apply(folder: Path) -> None:
    """Have the broker that uses this folder, if one runs, read rights and revocations again."""
    _write_rights(folder)
    broker = read_json(folder / _PROCESS)
    if broker and child.created(broker["pid"]) == broker["created"]:
        os.kill(broker["pid"], signal.SIGHUP)


def _write_rights(folder: Path) -> None:
    write_private(folder / _RIGHTS, access_list(Readers(folder)).encode())


def _platform() -> Iterator[str]:
    for identity in pki.PLATFORM:
        yield f"user {identity}"
        yield "topic readwrite #"
        yield "topic readwrite $aws/#"


def _bots() -> Iterator[str]:
    for topic in topics.TOPICS:
        full = f"{topics.ROOT}/%u/{topic.suffix}"
        if topic.direction is Direction.TO_BOT:
            yield f"pattern read {full}"
        elif topic.ingest is Ingest.TELEMETRY:
            yield f"pattern write $aws/rules/{TELEMETRY_RULE}/{full}"
        else:
            yield f"pattern write {full}"


def find(installed: Path = INSTALLED) -> Path | None:
    """Return the broker's program: the system's, or the one unpacked under `installed`."""
    here = shutil.which("mosquitto") or shutil.which("mosquitto", path=_SYSTEM)
    if here:
        return Path(here)
    unpacked = installed / "usr" / "sbin" / "mosquitto"
    return unpacked if unpacked.exists() else None


def install(installed: Path = INSTALLED) -> Path:
    """Unpack the distribution's package without root and without touching the system.

    Raises:
        NotInstalled: this system has no apt, or apt could not fetch the package.
    """
    try:
        debian.unpack(("mosquitto",), installed)
    except debian.NoApt as error:
        raise NotInstalled(
            f"the MQTT broker Mosquitto is missing, and {platform.system()} here has no apt to "
            "fetch it with: install mosquitto 2.x (macOS: brew install mosquitto)"
        ) from error
    except debian.CannotFetch as error:
        raise NotInstalled(
            "the MQTT broker Mosquitto is missing and could not be fetched without root "
            f"({error}): install it with `apt install mosquitto`"
        ) from error
    return installed / "usr" / "sbin" / "mosquitto"


def libraries(program: Path) -> dict[str, str]:
    """Return where an unpacked program finds its libraries; nothing for the system's own."""
    root = program.parents[2]
    if root == Path("/usr") or not (root / "usr" / "sbin" / "mosquitto").exists():
        return {}
    return {"LD_LIBRARY_PATH": debian.libraries(root)}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    broker = Broker(folder=options.folder.resolve(), pki=options.pki.resolve(), port=options.port)
    broker.write()
    broker.remember(os.getpid())
    kept = environment.inherited() | libraries(options.program)
    if options.stack:
        kept[MARKER] = options.stack
    command = [str(options.program), "-c", str(broker.configuration)]
    os.execve(command[0], command, kept)  # noqa: S606 - no shell, and nothing of this process left


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.mosquitto", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--pki", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--stack", help="the stack this broker belongs to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
