"""What a bridge meets outside: the platform at the broker, and the endpoint of claims."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from awscrt import mqtt
from awsiot import mqtt_connection_builder

from janym.domain import topics
from local import pki

PATIENCE_S = 40.0
BASIC_INGEST = "$aws/rules/janym_telemetry/"

T = TypeVar("T")


def until(look: Callable[[], T | None], waiting_for: str, state: Callable[[], object]) -> T:
    """Look until there is something, and give it."""
    deadline = time.monotonic() + PATIENCE_S
    tick = threading.Event()
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        tick.wait(0.02)
    raise AssertionError(f"no {waiting_for} in {PATIENCE_S} s; last state: {state()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message of a bot."""

    topic: str
    """What follows `hbot/{bot}/`."""
    retained: bool
    body: dict[str, Any]


class Platform:
    """Everything that one bot says, and commands to it."""

    def __init__(self, bot: str, *, port: int, folder: Path) -> None:
        self.bot = bot
        self.heard: list[Heard] = []
        builder: Any = mqtt_connection_builder
        self._connection = builder.mtls_from_path(
            cert_filepath=str(folder / "iot-rules.crt"),
            pri_key_filepath=str(folder / "iot-rules.key"),
            ca_filepath=str(folder / "ca.crt"),
            endpoint="localhost",
            port=port,
            client_id="iot-rules",
            clean_session=False,
            keep_alive_secs=30,
            reconnect_min_timeout_secs=1,
            reconnect_max_timeout_secs=1,
        )
        self._connection.on_message(self._on_message)
        self._connection.connect().result(20)
        for pattern in (f"hbot/{bot}/#", f"{BASIC_INGEST}hbot/{bot}/#"):
            self._connection.subscribe(pattern, mqtt.QoS.AT_LEAST_ONCE)[0].result(20)

    def close(self) -> None:
        self._connection.disconnect().result(20)

    def command(self, kind: topics.Topic, **fields: object) -> str:
        """Send a command; give its id."""
        body = {
            "v": 1,
            "command_id": str(uuid4()),
            "expires_at": (datetime.now(UTC) + timedelta(minutes=5)).isoformat(),  # noqa: TID251 - the bridge's clock is the real one
            **fields,
        }
        topic = topics.of(self.bot, kind)
        sent, _ = self._connection.publish(topic, json.dumps(body).encode(), mqtt.QoS.AT_LEAST_ONCE)
        sent.result(20)
        return str(body["command_id"])

    def on(self, topic: str, **wanted: object) -> list[Heard]:
        """Give what was heard on a topic with these values."""
        return [
            each
            for each in list(self.heard)
            if each.topic == topic
            and all(each.body.get(name) == value for name, value in wanted.items())
        ]

    def wait(self, topic: str, **wanted: object) -> Heard:
        """Wait for the first message like this."""
        return until(
            lambda: next(iter(self.on(topic, **wanted)), None),
            f"{topic} {wanted}",
            lambda: [(each.topic, each.body) for each in self.heard[-12:]],
        )

    def _on_message(self, *, topic: str, payload: bytes, retain: bool, **_: object) -> None:
        bot, suffix = topic.removeprefix(BASIC_INGEST).split("/", 2)[1:]
        kind = topics.BY_SUFFIX[suffix]
        # The broker keeps the subscriptions of earlier tests, and what their bots said at the end.
        if bot == self.bot and kind.direction is topics.Direction.FROM_BOT:
            self.heard.append(Heard(topic=suffix, retained=retain, body=json.loads(payload)))


class ClaimServer:
    """Answers claims of one bot, and gives a task its credentials."""

    def __init__(self, authority: pki.Authority, answer: dict[str, Any]) -> None:
        self.authority = authority
        self.answer = answer
        self.refusals: list[int] = []
        """Statuses to answer before the first good one."""
        self.claims: list[dict[str, Any]] = []
        self.signatures: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                given = self.headers.get("Authorization") == "task-token"
                keys = {"AccessKeyId": "AKIDTASK", "SecretAccessKey": "task", "Token": "session"}
                self._reply(200 if given else 403, keys if given else {})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.signatures.append(self.headers["Authorization"])
                self._reply(*outer.claim(body))

            def _reply(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def claim(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.refusals:
            status = self.refusals.pop(0)
            return status, {"code": "LAUNCH_NOT_READY", "detail": "ask again"}
        self.claims.append(body)
        certificate = self.authority.sign(
            body["csr"],
            self.answer["bot_id"],
            at=datetime.now(UTC),  # noqa: TID251 - TLS has no other
        )
        return 200, self.answer | {"certificate_pem": certificate, "ca_pem": self.authority.pem}

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
