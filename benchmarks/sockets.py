"""From socket to subscriber, plain and encrypted, beside other libraries behind their own sockets.

A process of its own says Bybit's messages of 50 levels over loopback as fast as they are taken;
another hears them by the collector's own connection, and a subscriber reads the best prices after
each. Other libraries hear the same by their own connection and loop. One core sends, one receives.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import streams
from benchmarks.books import PEERS, PEERS_PYTHON
from benchmarks.sending import Said, sending
from benchmarks.table import Figure
from janym.book.keepers import COMPILED, PURE
from janym.live.dialing import Library
from local import pki

HERE = Path(__file__).parent
ROOT = HERE.parent
TIMES = 24
"""How often the recorded stream is said in one round."""
FEWER = {"compiled": 1, "pure Python": 3, "ccxt": 12, "cryptofeed": 12}
"""Who is slower hears that part of it."""
ROUNDS = 5
TIMES_FASTER = {"compiled": 16.0, "pure Python": 3.0}
"""Below this a change has made it slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Somebody who hears, and how to run it."""

    name: str
    keeper: str
    command: tuple[str, ...]
    library: Library | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one of them made of one round: messages a second, and the best prices at the end."""

    wall: float
    core: float
    told: int
    best: list[float]
    late_us: list[float] | None


def measure() -> list[Figure]:
    """Measure both libraries, with compiled books and others, and both peers, in turns."""
    if not streams.CAPTURE.exists():
        print(f"sockets: no captured frames at {streams.CAPTURE}", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "frames"
        file.write_text("\n".join(streams.repeated(streams.bybit(streams.binance()), TIMES)))
        certificates = folder / "certificates"
        pki.create(certificates, at=datetime.now(UTC))  # noqa: TID251 - a benchmark has no clock
        return [
            *_beside(file, None, certificates, "plain"),
            *_beside(file, certificates, certificates, "encrypted"),
        ]


def ears() -> list[Ear]:
    """Give all that are measured."""
    keepers = [keeper.name for keeper in (PURE, COMPILED) if keeper]
    ours = [
        Ear(
            name=f"{library}, {keeper}",
            keeper=keeper,
            command=(sys.executable, "-m", "benchmarks.hearing", library, keeper),
            library=library,
        )
        for library in Library
        for keeper in keepers
    ]
    script = str(HERE / "peers/sockets.py")
    return ours + [
        Ear(name=peer, keeper=peer, command=(str(PEERS_PYTHON), script, peer)) for peer in PEERS
    ]


def heard(ear: Ear, url: str, trusted: Path, messages: int, books: int = 1) -> Heard:
    """Let somebody hear so many messages in a process of its own."""
    command = [*ear.command, url, str(messages), str(books)]
    ran = subprocess.run(  # noqa: S603 - ours
        command, cwd=ROOT, env=_environment(trusted), capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise AssertionError(f"{ear.name}: {ran.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    count = said.get("heard", said["messages"])
    return Heard(
        wall=count / max(said["wall"], 1e-9),
        core=count / max(said["seconds"], 1e-9),
        told=said["messages"],
        best=said["best"],
        late_us=said["late_us"],
    )


def _environment(trusted: Path) -> Mapping[str, str]:
    ours = {"PYTHONPATH": f"{ROOT / 'shared'}:{ROOT}", "SSL_CERT_FILE": str(trusted / "ca.crt")}
    return {"PATH": os.defpath, **ours}


def _beside(file: Path, certificates: Path | None, trusted: Path, what: str) -> list[Figure]:
    messages = len(file.read_bytes().splitlines())
    all_ears = ears()
    rounds: dict[str, list[Heard]] = {ear.name: [] for ear in all_ears}
    with sending(Said(file=file, certificates=certificates)) as url:
        for _ in range(ROUNDS):
            for ear in all_ears:
                wanted = messages // FEWER[ear.keeper]
                rounds[ear.name].append(heard(ear, url, trusted, wanted))
        fewer = messages // FEWER["cryptofeed"]
        best = [heard(ear, url, trusted, fewer).best for ear in all_ears if ear.name != "ccxt"]
    if any(each != best[0] for each in best):
        raise AssertionError(f"not the same book in the end: {best}")
    ours = [ear for ear in all_ears if ear.library]
    return [figure for ear in ours for figure in _figures(ear, rounds, what)]


def _figures(ear: Ear, rounds: Mapping[str, list[Heard]], what: str) -> list[Figure]:
    """Give the wall clock's figure, and beside each peer those of the receivers' own time."""
    name = f"socket to subscriber, {what}, {ear.name}"
    core = [each.core for each in rounds[ear.name]]
    figures = [
        Figure.of(f"{name}, by the wall clock", "msgs/s", [each.wall for each in rounds[ear.name]])
    ]
    for peer in PEERS if ear.library is Library.PICOWS else ():
        beside = peer, [each.core for each in rounds[peer]]
        times = TIMES_FASTER[ear.keeper]
        figures.append(Figure.beside(name, "msgs/s of a core", core, beside, times=times))
    return figures
