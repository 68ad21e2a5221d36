"""A broker that goes away: trading goes on, and no fact is lost."""

import contextlib
from collections.abc import Generator
from pathlib import Path

import pytest

from local import mosquitto, pki, ports, probes
from local.clock import now
from tests.fixtures.services import RunningBroker, room, running
from tests.integration.bridge.cloud import until
from tests.integration.bridge.conftest import Start, Task
from tests.integration.bridge.test_life import FILL, seen


class Restartable:
    """A broker that can be killed and comes back on its port with what it kept."""

    def __init__(self, folder: Path) -> None:
        pki.create(folder / "pki", at=now())
        self._folder = folder
        self._stack = contextlib.ExitStack()
        self.address = RunningBroker(host="localhost", port=ports.free(), folder=folder / "pki")

    def up(self) -> None:
        certificate, key = self.address.identity("iot-data")
        command = [
            *("--folder", self._folder / "data", "--pki", self._folder / "pki"),
            *("--port", self.address.port, "--program", mosquitto.find() or mosquitto.install()),
        ]
        probe = probes.tls(self.address.port, ca=self.address.ca, certificate=certificate, key=key)
        self._stack.enter_context(
            running("local.mosquitto", command, folder=self._folder, probe=probe)
        )

    def down(self) -> None:
        self._stack.close()


@pytest.fixture
def broken() -> Generator[Restartable]:
    with room() as folder:
        broker = Restartable(folder)
        broker.up()
        try:
            yield broker
        finally:
            broker.down()


def test_no_fact_is_lost_while_the_broker_is_away(start: Start, broken: Restartable) -> None:
    """S0-102; the newest status wins, facts are replayed in order."""
    task = start(broker=broken.address)
    task.platform.wait("status", status="running")
    task.engine(**FILL, trade_id="before")
    task.platform.wait("orders/filled", trade_id="before")

    broken.down()
    for number in range(30):
        task.engine(**FILL, trade_id=f"away-{number}")
    broken.up()
    task.engine(**FILL, trade_id="after")

    task.platform.wait("orders/filled", trade_id="after")
    told = [each.body["trade_id"] for each in task.platform.on("orders/filled")]
    assert list(dict.fromkeys(told)) == ["before", *(f"away-{n}" for n in range(30)), "after"]
    epochs = {each.body["seq"] >> 32 for each in task.platform.on("orders/filled")}
    assert len(epochs) == 2
    until(
        lambda: any(each.body["seq"] >> 32 for each in task.platform.on("status")),
        "the status on the new connection",
        lambda: seen(task),
    )


MANY = 1_200
"""Fills: far more than the bridge holds in memory."""


def speak(task: Task, fills: int) -> None:
    """Have the engine tell of fills and, after every second one, a log line."""
    for number in range(fills):
        task.engine(**FILL, trade_id=f"away-{number}")
        if number % 2:
            task.engine(type="log", at=FILL["at"], level="info", logger="x", message=f"{number}")


def test_thousands_of_facts_wait_on_disk(start: Start, broken: Restartable) -> None:
    """S0-102: within the bound nothing is lost, and all of it comes in order.

    The bridge is asked to end meanwhile, and does so once all of it is delivered.
    """
    task = start(broker=broken.address)
    task.platform.wait("status", status="running")
    broken.down()

    speak(task, MANY)
    until(
        lambda: any((task.work / "spool" / "facts").glob("*")),
        "facts on disk",
        lambda: list(task.work.iterdir()),
    )
    broken.up()
    task.process.terminate()

    task.platform.wait("orders/filled", trade_id=f"away-{MANY - 1}")
    assert task.ended() == 0
    told = [each.body["trade_id"] for each in task.platform.on("orders/filled")]
    assert list(dict.fromkeys(told)) == [f"away-{number}" for number in range(MANY)]
    assert "lost" not in str(task.platform.on("status")[-1].body.get("detail"))


def test_what_has_no_room_is_counted_and_said(start: Start, broken: Restartable) -> None:
    """S0-102: beyond the bound logs go first, then the oldest facts, and both are told."""
    task = start(broker=broken.address, spool_bytes=100_000)
    task.platform.wait("status", status="running")
    broken.down()

    speak(task, 600)
    broken.up()

    task.platform.wait("orders/filled", trade_id="away-599")
    warning = until(
        lambda: next(
            (
                each.body["message"]
                for each in task.platform.on("logs/warning")
                if "on orders/filled had no room" in each.body["message"]
            ),
            None,
        ),
        "word of the loss",
        lambda: seen(task),
    )
    lost = int(warning.split()[0])
    told = {each.body["trade_id"] for each in task.platform.on("orders/filled")}
    assert told == {f"away-{number}" for number in range(lost, 600)}
    until(
        lambda: any(
            f"{lost} on orders/filled" in str(each.body.get("detail"))
            for each in task.platform.on("status", status="running")
        ),
        "the loss in the status",
        lambda: seen(task),
    )
