"""A broker that goes away: trading goes on, and no fact is lost."""

import contextlib
from collections.abc import Generator
from pathlib import Path

import pytest

from local import mosquitto, pki, ports, probes
from local.clock import now
from tests.fixtures.services import RunningBroker, room, running
from tests.integration.bridge.cloud import until
from tests.integration.bridge.conftest import Start
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
