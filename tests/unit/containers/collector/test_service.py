"""A collector's life from its first line to its last, with nothing to collect."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from containers.collector import __main__ as program
from containers.collector import service
from containers.collector.service import Stores
from containers.collector.settings import Settings
from janym.book.keepers import COMPILED, PURE, Keeper
from janym.domain.collecting import Daemon, DaemonId, DaemonState, Lease, Task
from tests.fakes.sockets import HeardSockets


class Roster:
    """The part of `ports.roster.Roster` that a collector without tasks calls, in its order."""

    def __init__(self, logged: pytest.LogCaptureFixture) -> None:
        self.called: list[str] = []
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._logged = logged
        logged.set_level(logging.INFO, "collector")

    def state(self, daemon: DaemonId) -> DaemonState | None:
        self.called.append(f"what {daemon} was")
        return None

    def beat(self, state: DaemonState) -> None:
        status = at_the_door(announced(self._logged)["port"])
        self.called.append(f"{state.status}, and its door says {status}")

    def tasks(self) -> Sequence[Task]:
        self.called.append("tasks")
        return []

    def alive(self, *, since: datetime) -> Sequence[Daemon]:
        del since
        return []

    def hold(self, daemon: DaemonId, keys: Sequence[str], **_: object) -> Sequence[Lease]:
        self.called.append(f"{daemon} holds {list(keys)}")
        self._loop.call_soon_threadsafe(self.asked.set)
        return []

    def watchers(self, topics: Sequence[str], *, now: datetime) -> Sequence[tuple[str, str]]:
        del topics, now
        return []

    def leave(self, daemon: DaemonId, **_: object) -> None:
        self.called.append(f"{daemon} leaves")


def announced(logged: pytest.LogCaptureFixture) -> dict[str, Any]:
    """Give what a collector says of itself when it begins."""
    [record] = [record for record in logged.records if record.getMessage() == "collecting"]
    return record.about  # type: ignore[attr-defined]


def at_the_door(port: int) -> int:
    """Knock without a token."""
    door = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        door.request("GET", "/health", headers={"Connection": "close"})
        return door.getresponse().status
    finally:
        door.close()


async def lived(roster: Roster, work: Path) -> None:
    """Let a collector begin, look at its tasks once, and end."""
    settings = Settings(daemon=DaemonId("ana"), work=work, token="let-me-see")
    stores: Any = Stores(roster=roster, market=None, sockets=HeardSockets())  # type: ignore[arg-type]
    stop = asyncio.Event()
    running = asyncio.create_task(service.collect(settings, stores, stop))
    asked = asyncio.create_task(roster.asked.wait())
    await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await running


async def test_it_begins_and_ends_in_order(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """S4-072: its door, what it was, its sign of life, its tasks; last its leases are let go."""
    roster = Roster(caplog)

    await lived(roster, tmp_path)

    assert roster.called == [
        "what ana was",
        "running, and its door says 401",
        "tasks",
        "ana holds []",
        "ana leaves",
        "stopped, and its door says 401",
    ]
    with pytest.raises(ConnectionRefusedError):
        at_the_door(announced(caplog)["port"])


def test_wrong_settings_end_it_before_anything_is_opened(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """S4-072."""

    async def opened(_: Settings) -> None:
        raise AssertionError("it was begun")

    monkeypatch.setattr(service, "run", opened)
    monkeypatch.setattr(sys, "argv", ["collector"])
    monkeypatch.delenv("WORK_DIR", raising=False)

    assert program.main() == 2
    assert "WORK_DIR is not set" in caplog.text


@pytest.mark.parametrize(
    "keeper", [each for each in (PURE, COMPILED) if each], ids=lambda k: k.name
)
async def test_it_says_what_keeps_its_books(
    keeper: Keeper,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Where the extension is absent pure Python keeps them, and the log says so."""
    monkeypatch.setattr(service, "BEST", keeper)

    await lived(Roster(caplog), tmp_path)

    assert announced(caplog)["books"] == keeper.name
