"""A bot that died tells nobody; the platform does: from the end of its task to the mail."""

import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from janym.live.egress import Egress
from janym.live.notices import PUBLIC, MailServer, Notices
from janym.usecases.alert_watch import Courier
from tests.fakes.functions import Functions, functions_of
from tests.fakes.platform import FakeSeal
from tests.fakes.recorder import on_postgres
from tests.fakes.roles import of as role_of
from tests.fakes.scene import set_up
from tests.fakes.world import World
from tests.fixtures.database import TestDatabase


@dataclass
class Postbox:
    """A real SMTP server that keeps what is handed in."""

    port: int
    letters: list[str] = field(default_factory=list[str])


@pytest.fixture
def postbox() -> Generator[Postbox]:
    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline().strip().upper():
                if line == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                    box.letters.append(letter.decode())
                self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        box = Postbox(port=server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()


def stopped(task: str, run: str) -> dict[str, Any]:
    """ECS's word of a task that was killed for its memory."""
    return {
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "time": "2026-11-21T13:00:00Z",
        "detail": {
            "taskArn": f"arn:aws:ecs:us-east-1:000000000000:task/janym/{task}",
            "startedBy": run,
            "version": 9,
            "lastStatus": "STOPPED",
            "stoppedReason": "Essential container in task exited",
            "updatedAt": "2026-11-21T13:00:00Z",
            "containers": [{"name": "bot", "exitCode": 137}],
        },
    }


def test_the_death_of_a_bot_is_told_by_mail(
    database: TestDatabase, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-065, S0-160: the whole way, on PostgreSQL, each function under its own role."""
    world = World()
    with functions_of(world, monkeypatch) as functions:
        on_postgres(functions, database)
        names = set_up(functions)
        _ask_for_mail(functions)
        _kill(functions, names["bot_id"])

        functions.invoke("alerts_watch", {})
        _deliver_by(functions, database, postbox)

        told = functions.http("GET /api/alerts", query={"bot_id": names["bot_id"]}).json["items"]
        [dead] = [each for each in told if each["severity"] == "critical"]
        ways = functions.http(f"GET /api/alerts/{dead['alert_id']}/deliveries").json["items"]

    [letter] = postbox.letters
    assert "Maker is in error" in letter
    assert "To: ana@example.com" in letter
    assert (dead["state"], dead["kind"]) == ("open", "bot_error")
    assert [each["state"] for each in ways] == ["delivered"]


def _ask_for_mail(functions: Functions) -> None:
    asked = {"label": "Mail", "target": {"kind": "email", "to": "ana@example.com"}}
    channel = functions.http("POST /api/alerts/channels", asked).json["channel_id"]
    rule = {"kind": "bot_error", "severity": "critical", "channels": [channel]}
    assert functions.http("POST /api/alerts/rules", rule).status == 201


def _kill(functions: Functions, bot: str) -> None:
    """End the bot's task again and again, as often as the platform starts another."""
    for _ in range(10):
        for task in list(functions.world.launcher.tasks.values()):
            if str(task.bot) == bot and task.running:
                functions.world.launcher.end(task.id, exit_code=137)
                functions.invoke("task_events", stopped(task.id, str(task.run)))
        functions.invoke("venue_check", {"bot_id": bot})
        functions.invoke("reconcile", {"bot_id": bot})
        if functions.http(f"GET /api/bots/{bot}").json["status"] == "error":
            return
        functions.world.clock.advance(seconds=30)
    raise AssertionError(functions.http(f"GET /api/bots/{bot}").text)


def _deliver_by(functions: Functions, database: TestDatabase, postbox: Postbox) -> None:
    role = role_of("alerts_deliver")
    assert role == "alerts"
    notices = Notices(
        egress=Egress(resolve=lambda _host, _port: []),
        clock=functions.world.clock,
        mail=MailServer(host="127.0.0.1", port=postbox.port, sender="alerts@example.com"),
        origins=PUBLIC,
    )
    courier = Courier(
        units=database.units(role),
        clock=functions.world.clock,
        seal=FakeSeal(),
        notifier=notices,
        report=lambda _why, _delivery: None,
    )
    functions.wiring.courier = lambda: courier
    functions.invoke("alerts_deliver", {"deliver": True})
