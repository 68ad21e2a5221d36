"""IoT Core of the laptop on a real broker: planes, rules, certificates (K-02)."""

import base64
import contextlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from awscrt import mqtt
from awsiot import mqtt_connection_builder
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local import clock, environment, keyring, mosquitto, pki, ports, probes
from local.layout import Stack as Layout
from tests.fixtures.services import RunningBroker, room, running_broker
from tests.fixtures.services import running as running_server
from tests.integration.local_aws.stacks import SmallStack, eventually, small_stack

BOT = "bot-1"


@pytest.fixture(scope="module")
def broker() -> Generator[RunningBroker]:
    with room() as folder, running_broker(folder) as server:
        yield server


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, broker: RunningBroker
) -> Generator[SmallStack]:
    address = f"mqtts://{broker.host}:{broker.port}"
    with small_stack(tmp_path_factory.mktemp("iot"), mqtt=address) as small:
        use_authority(small, broker.folder)
        layout = Layout.at(small.home)
        keyring.create(layout)
        arguments = ("--port", small.stack.port("moto"), "--secrets", layout.secrets)
        with running_server(
            "local.moto",
            arguments,
            folder=small.home,
            probe=probes.http(small.addresses["moto"] + "/moto-api/data.json"),
            variables=environment.aws() | {"MOTO_ACCOUNT_ID": environment.ACCOUNT},
        ):
            small.start("sqs", "iot")
            yield small


def use_authority(small: SmallStack, folder: Path) -> None:
    """Let a stack use the certificates that the broker knows."""
    description = json.loads((small.home / "stack.json").read_text())
    description["paths"]["pki"] = str(folder)
    (small.home / "stack.json").write_text(json.dumps(description))


class Bot:
    """A bot's connection."""

    def __init__(self, broker: RunningBroker, name: str = BOT) -> None:
        certificate, key = broker.identity(name)
        builder: Any = mqtt_connection_builder  # untyped
        self._connection = builder.mtls_from_path(
            cert_filepath=str(certificate),
            pri_key_filepath=str(key),
            ca_filepath=str(broker.ca),
            endpoint=broker.host,
            port=broker.port,
            client_id=name,
            clean_session=True,
            keep_alive_secs=30,
        )
        self._connection.connect().result(10)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        self._connection.publish(topic, payload, mqtt.QoS.AT_LEAST_ONCE, retain)[0].result(10)

    def close(self) -> None:
        self._connection.disconnect().result(10)


@pytest.fixture
def bot(broker: RunningBroker) -> Generator[Bot]:
    bot = Bot(broker)
    yield bot
    bot.close()


class Inbox:
    """What rules brought to a queue."""

    def __init__(self, small: SmallStack, name: str) -> None:
        self.sqs = small.client("sqs")
        self.url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def take(self, count: int) -> list[dict[str, Any]]:
        """The next messages, deleted; waits until so many came."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            answer = self.sqs.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            for message in answer.get("Messages", []):
                found.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            return len(found) >= count

        eventually(look, f"{count} messages")
        return found


@pytest.fixture
def telemetry(running: SmallStack) -> Generator[Inbox]:
    """The queue of metrics and logs; it feeds nothing."""
    inbox = Inbox(running, "small-history")
    yield inbox
    inbox.sqs.purge_queue(QueueUrl=inbox.url)


def test_basic_ingest_reaches_its_rule_with_the_bytes_unchanged(telemetry: Inbox, bot: Bot) -> None:
    payload = b'{"price": 1.10, "bot_id": "forged"}'
    bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/info", payload)
    (result,) = telemetry.take(1)

    assert base64.b64decode(result["body"]) == payload
    assert result["bot_id"] == BOT
    assert result["topic"] == f"hbot/{BOT}/logs/info"
    assert result["client_id"] == BOT
    assert isinstance(result["received_ms"], int)


def test_a_payload_that_is_no_json_arrives_too(telemetry: Inbox, bot: Bot) -> None:
    bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/error", b"{not json")

    assert base64.b64decode(telemetry.take(1)[0]["body"]) == b"{not json"


def test_each_message_arrives_once(telemetry: Inbox, bot: Bot) -> None:
    for number in range(300):
        bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/info", str(number).encode())
    bodies = [base64.b64decode(result["body"]) for result in telemetry.take(300)]

    assert sorted(map(int, bodies)) == list(range(300))


def test_messages_wait_at_the_broker_while_the_engine_is_away(
    running: SmallStack, telemetry: Inbox, bot: Bot
) -> None:
    running.kill("iot")
    bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/info", b"while away")
    running.start("iot")

    assert base64.b64decode(telemetry.take(1)[0]["body"]) == b"while away"


def test_messages_wait_while_the_queue_is_away(
    running: SmallStack, telemetry: Inbox, bot: Bot
) -> None:
    running.kill("sqs")
    bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/info", b"no queue")
    eventually(lambda: "rules wait for SQS" in running.log("iot"), "the engine to wait")
    running.kill("iot")
    running.start("sqs", "iot")

    assert base64.b64decode(telemetry.take(1)[0]["body"]) == b"no queue"


def test_a_retained_message_is_read_back_and_forgotten(running: SmallStack, bot: Bot) -> None:
    data = running.client("iot-data", "iot")
    topic = f"hbot/{BOT}/status"
    bot.publish(topic, b'{"status":"running"}', retain=True)

    assert data.get_retained_message(topic=topic)["payload"] == b'{"status":"running"}'
    data.publish(topic=topic, qos=1, retain=True, payload=b"")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        data.get_retained_message(topic=topic)


def test_a_retained_message_is_not_replayed_into_a_rule(
    running: SmallStack, telemetry: Inbox
) -> None:
    data = running.client("iot-data", "iot")
    topic = "hbot/other/metrics"
    data.publish(topic=topic, qos=1, retain=True, payload=b"old")
    assert base64.b64decode(telemetry.take(1)[0]["body"]) == b"old"
    running.kill("iot")
    running.start("iot")
    data.publish(topic=topic, qos=1, payload=b"new")

    assert [base64.b64decode(r["body"]) for r in telemetry.take(1)] == [b"new"]
    data.publish(topic=topic, qos=1, retain=True, payload=b"")


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("a/b/c/d/e/f/g/h/i", b"", "InvalidRequestException"),
        ("hbot/+/start", b"", "InvalidRequestException"),
        ("hbot/b/start", b"x" * (128 * 1024 + 1), "RequestEntityTooLargeException"),
    ],
)
def test_what_iot_core_would_not_take_is_refused(
    running: SmallStack, topic: str, payload: bytes, code: str
) -> None:
    with pytest.raises(ClientError, match=code):
        running.client("iot-data", "iot").publish(topic=topic, qos=1, payload=payload)


def request_for(name: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return csr.public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_is_signed_by_the_stack_and_known_to_the_control_plane(
    running: SmallStack, broker: RunningBroker
) -> None:
    iot = running.client("iot")
    made = iot.create_certificate_from_csr(
        certificateSigningRequest=request_for("bot-9"), setAsActive=True
    )
    certificate = x509.load_pem_x509_certificate(made["certificatePem"].encode())
    authority = x509.load_pem_x509_certificate(broker.ca.read_bytes())
    certificate.verify_directly_issued_by(authority)

    assert certificate.subject.rfc4514_string() == "CN=bot-9"
    identity = made["certificateId"]
    known = iot.describe_certificate(certificateId=identity)["certificateDescription"]
    assert known["status"] == "ACTIVE"
    iot.create_thing(thingName="bot-9")
    iot.attach_thing_principal(thingName="bot-9", principal=made["certificateArn"])
    iot.attach_policy(policyName="small-bot", target=made["certificateArn"])
    iot.detach_policy(policyName="small-bot", target=made["certificateArn"])
    iot.detach_thing_principal(thingName="bot-9", principal=made["certificateArn"])
    iot.update_certificate(certificateId=identity, newStatus="INACTIVE")
    iot.delete_certificate(certificateId=identity)
    with pytest.raises(iot.exceptions.ResourceNotFoundException):
        iot.describe_certificate(certificateId=identity)


def test_a_request_that_is_none_is_refused(running: SmallStack) -> None:
    with pytest.raises(ClientError, match="InvalidRequestException"):
        running.client("iot").create_certificate_from_csr(certificateSigningRequest="x")


@contextlib.contextmanager
def broker_at(folder: Path, port: int) -> Generator[RunningBroker]:
    """The broker of a folder on a port that stays."""
    server = RunningBroker(host="localhost", port=port, folder=folder / "pki")
    certificate, key = server.identity("iot-data")
    program = mosquitto.find() or mosquitto.install()
    arguments = ("--folder", folder / "data", "--pki", server.folder, "--port", port)
    probe = probes.tls(port, ca=server.ca, certificate=certificate, key=key)
    with running_server(
        "local.mosquitto", (*arguments, "--program", program), folder=folder, probe=probe
    ):
        yield server


def test_rules_work_again_with_a_broker_that_lost_its_sessions(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    port = ports.free()
    with (
        room() as folder,
        small_stack(tmp_path_factory.mktemp("lost"), mqtt=f"mqtts://localhost:{port}") as small,
    ):
        pki.create(folder / "pki", at=clock.now())
        use_authority(small, folder / "pki")
        with broker_at(folder, port):
            small.start("sqs", "iot")
        (folder / "data" / "mosquitto.db").unlink()
        with broker_at(folder, port) as broker:
            eventually(lambda: small.answers("iot"), "the engine to be connected again")
            bot = Bot(broker)
            bot.publish(f"$aws/rules/janym_telemetry/hbot/{BOT}/logs/info", b"again")
            (result,) = Inbox(small, "small-history").take(1)
            bot.close()

    assert base64.b64decode(result["body"]) == b"again"
