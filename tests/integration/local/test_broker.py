"""The broker's promises: who may connect, and what a bot may publish and read."""

import queue
import socket
import ssl
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from awscrt import mqtt
from awscrt.exceptions import AwsCrtError
from awsiot import mqtt_connection_builder

from janym.domain import topics
from janym.domain.topics import Direction, Topic
from local import clock, mosquitto, pki
from tests.fixtures.services import RunningBroker, room, running_broker

WITHIN = 10.0
"""Seconds for one answer of the broker."""

FROM_BOT = [topic for topic in topics.TOPICS if topic.direction is Direction.FROM_BOT]
TO_BOT = [topic for topic in topics.TOPICS if topic.direction is Direction.TO_BOT]
AT_LEAST_ONCE = mqtt.QoS.AT_LEAST_ONCE


class Client:
    """One connection; what it receives waits in a queue."""

    def __init__(self, broker: RunningBroker, name: str, **options: Any) -> None:
        certificate, key = broker.identity(name)
        self.received: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.interrupted = False
        self._open = True
        builder: Any = mqtt_connection_builder  # untyped
        self._connection = builder.mtls_from_path(
            **{
                "cert_filepath": str(certificate),
                "pri_key_filepath": str(key),
                "ca_filepath": str(broker.ca),
                "endpoint": broker.host,
                "port": broker.port,
                "client_id": name,
                "clean_session": True,
                "keep_alive_secs": 30,
                "on_connection_interrupted": self._interrupted,
                **options,
            }
        )
        self._connection.on_message(self._received)
        self.session_present: bool = self._connection.connect().result(WITHIN)["session_present"]

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._connection.publish(topic, payload, AT_LEAST_ONCE, retain)[0].result(WITHIN)

    def subscribe(self, topic: str) -> None:
        self._connection.subscribe(topic, AT_LEAST_ONCE)[0].result(WITHIN)

    def next(self) -> tuple[str, bytes]:
        try:
            return self.received.get(timeout=WITHIN)
        except queue.Empty:
            pytest.fail(f"nothing came in {WITHIN:.0f} s")

    def close(self) -> None:
        if self._open:
            self._open = False
            self._connection.disconnect().result(WITHIN)

    def _received(self, topic: str, payload: bytes, **_: Any) -> None:
        self.received.put((topic, payload))

    def _interrupted(self, **_: Any) -> None:
        self.interrupted = True


Connect = Callable[..., Client]


@pytest.fixture
def connect(broker: RunningBroker) -> Generator[Connect]:
    opened: list[Client] = []

    def open_one(name: str, **options: Any) -> Client:
        opened.append(Client(broker, name, **options))
        return opened[-1]

    yield open_one
    for client in opened:
        client.close()


def target(bot: str, topic: Topic) -> str:
    return topics.published(bot, topic, telemetry_rule=mosquitto.TELEMETRY_RULE)


@pytest.mark.parametrize("topic", FROM_BOT, ids=lambda topic: topic.suffix)
def test_a_bot_publishes_under_its_own_id_alone(connect: Connect, topic: Topic) -> None:
    """DESIGN's promise: rights by thing name, from the one topic table (K-02, K-11)."""
    platform, bot = connect("iot-rules"), connect("bot-1")
    own, foreign = target("bot-1", topic), target("bot-2", topic)
    platform.subscribe(own)
    platform.subscribe(foreign)

    bot.publish(foreign, b"forged")
    bot.publish(own, b"mine")

    assert platform.next() == (own, b"mine")
    assert platform.received.empty()


@pytest.mark.parametrize(
    "foreign",
    [
        "hbot/bot-1/start",
        "hbot/bot-1/anything",
        "hbot/bot-10/status",
        "hbot/status",
        "other",
        "$aws/rules/another_rule/hbot/bot-1/metrics",
        f"$aws/rules/{mosquitto.TELEMETRY_RULE}/hbot/bot-2/metrics",
        f"$aws/rules/{mosquitto.TELEMETRY_RULE}/hbot/bot-1/orders/filled",
    ],
)
def test_a_bot_publishes_nothing_that_is_not_in_the_table(connect: Connect, foreign: str) -> None:
    platform, bot = connect("iot-rules"), connect("bot-1")
    platform.subscribe(foreign)
    platform.subscribe("hbot/bot-1/ack")

    bot.publish(foreign, b"forged")
    bot.publish("hbot/bot-1/ack", b"mine")

    assert platform.next() == ("hbot/bot-1/ack", b"mine")
    assert platform.received.empty()


@pytest.mark.parametrize("topic", TO_BOT, ids=lambda topic: topic.suffix)
@pytest.mark.parametrize("wanted", ["#", "hbot/#", "hbot/+/{suffix}", "hbot/bot-2/{suffix}"])
def test_a_bot_reads_under_its_own_id_alone(connect: Connect, topic: Topic, wanted: str) -> None:
    platform, bot = connect("iot-data"), connect("bot-1")
    own, foreign = topics.of("bot-1", topic), topics.of("bot-2", topic)
    bot.subscribe(own)
    bot.subscribe(wanted.format(suffix=topic.suffix))

    platform.publish(foreign, b"secret")
    platform.publish(own, b"for you")

    assert bot.next() == (own, b"for you")


def test_a_bot_reads_no_status_not_even_retained(connect: Connect) -> None:
    platform, bot = connect("iot-data"), connect("bot-1")
    platform.publish("hbot/bot-2/status", b"retained", retain=True)
    bot.subscribe("hbot/+/status")
    bot.subscribe("hbot/bot-1/start")

    platform.publish("hbot/bot-1/start", b"for you")

    assert bot.next() == ("hbot/bot-1/start", b"for you")
    platform.publish("hbot/bot-2/status", b"", retain=True)


def test_a_client_id_is_not_taken_from_its_owner(connect: Connect) -> None:
    """Whatever client id a client sends, the certificate's name is what counts."""
    platform, owner = connect("iot-data"), connect("bot-2")
    owner.subscribe("hbot/bot-2/start")

    intruder = connect("bot-1", client_id="bot-2")
    intruder.subscribe("hbot/bot-2/start")
    intruder.subscribe("hbot/bot-1/start")
    platform.publish("hbot/bot-2/start", b"for the owner")
    platform.publish("hbot/bot-1/start", b"for the intruder")

    assert owner.next() == ("hbot/bot-2/start", b"for the owner")
    assert intruder.next() == ("hbot/bot-1/start", b"for the intruder")
    assert not owner.interrupted


def test_a_command_waits_for_its_bot_and_for_nobody_else(connect: Connect) -> None:
    """S0-102: published while the bridge is away, delivered when it is back."""
    platform = connect("iot-data")
    first = connect("bot-3", clean_session=False)
    first.subscribe("hbot/bot-3/stop")
    first.close()
    platform.publish("hbot/bot-3/stop", b"queued")

    intruder = connect("bot-1", client_id="bot-3", clean_session=False)
    again = connect("bot-3", clean_session=False)

    assert not intruder.session_present
    assert again.session_present
    assert again.next() == ("hbot/bot-3/stop", b"queued")


def test_a_status_is_retained(connect: Connect) -> None:
    """S0-103."""
    connect("bot-4").publish("hbot/bot-4/status", b"running", retain=True)

    late = connect("iot-rules")
    late.subscribe("hbot/bot-4/status")

    assert late.next() == ("hbot/bot-4/status", b"running")


def test_the_last_will_is_heard_when_a_bridge_is_cut_off(
    broker: RunningBroker, connect: Connect
) -> None:
    platform = connect("iot-rules")
    platform.subscribe("hbot/bot-5/status")
    cut_off(broker, "bot-5", will=("hbot/bot-5/status", b"lost"))

    assert platform.next() == ("hbot/bot-5/status", b"lost")


def test_a_payload_over_128_kib_is_refused(connect: Connect) -> None:
    platform, bot = connect("iot-rules"), connect("bot-6")
    platform.subscribe("hbot/bot-6/orders")
    largest = b"x" * topics.MAX_PAYLOAD_BYTES

    bot.publish("hbot/bot-6/orders", largest)
    with pytest.raises(AwsCrtError):
        bot.publish("hbot/bot-6/orders", largest + b"x" * 8192)

    assert platform.next() == ("hbot/bot-6/orders", largest)


def test_without_a_certificate_nobody_connects(broker: RunningBroker) -> None:
    context = ssl.create_default_context(cafile=str(broker.ca))

    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(broker, context)


def test_a_certificate_of_another_authority_is_refused(
    broker: RunningBroker, tmp_path: Path
) -> None:
    pki.create(tmp_path, at=clock.now()).issue(tmp_path, "bot-1", at=clock.now())
    context = ssl.create_default_context(cafile=str(broker.ca))
    context.load_cert_chain(tmp_path / "bot-1.crt", tmp_path / "bot-1.key")

    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(broker, context)


def test_what_is_kept_outlives_a_restart() -> None:
    with room() as folder:
        with running_broker(folder) as first:
            bot, platform = Client(first, "bot-1", clean_session=False), Client(first, "iot-data")
            bot.subscribe("hbot/bot-1/start")
            bot.publish("hbot/bot-1/status", b"running", retain=True)
            bot.close()
            platform.publish("hbot/bot-1/start", b"queued")
            platform.close()
        with running_broker(folder) as second:
            bot, platform = Client(second, "bot-1", clean_session=False), Client(second, "iot-data")
            platform.subscribe("hbot/bot-1/status")

            assert platform.next() == ("hbot/bot-1/status", b"running")
            assert bot.next() == ("hbot/bot-1/start", b"queued")
            bot.close()
            platform.close()


def handshake(broker: RunningBroker, context: ssl.SSLContext) -> None:
    """Connect and read: with TLS 1.3 a refusal comes with the first read."""
    with (
        socket.create_connection((broker.host, broker.port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(packet(0x10, text(b"MQTT") + b"\x04\x02\x00\x1e" + text(b"nobody")))
        if not secured.recv(4):
            raise ConnectionResetError("closed without an answer")


def cut_off(broker: RunningBroker, name: str, *, will: tuple[str, bytes]) -> None:
    """Connect with a last will (QoS 1), then drop the line without a goodbye."""
    context = ssl.create_default_context(cafile=str(broker.ca))
    context.load_cert_chain(*broker.identity(name))
    topic, payload = will
    flags = 0x02 | 0x04 | 0x08
    body = text(b"MQTT") + bytes([4, flags, 0, 30]) + text(name.encode())
    with (
        socket.create_connection((broker.host, broker.port), timeout=WITHIN) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        secured.sendall(packet(0x10, body + text(topic.encode()) + text(payload)))
        assert secured.recv(4) == b"\x20\x02\x00\x00"


def packet(kind: int, body: bytes) -> bytes:
    assert len(body) < 128
    return bytes([kind, len(body)]) + body


def text(content: bytes) -> bytes:
    return len(content).to_bytes(2) + content
