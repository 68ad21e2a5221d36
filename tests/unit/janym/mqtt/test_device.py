"""What a device refuses to publish; its connections are proved against a real broker."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from janym.domain import topics
from janym.domain.topics import MAX_PAYLOAD_BYTES, Topic
from janym.mqtt.connection import Endpoint
from janym.mqtt.device import Device, Listener, NotPublishable
from janym.mqtt.outbox import Outbox
from local import pki

BOT = "bot-1"


@pytest.fixture
async def device(tmp_path: Path) -> Device:
    authority = pki.create(tmp_path, at=datetime(2026, 1, 1, tzinfo=UTC))
    authority.issue(tmp_path, BOT, at=datetime(2026, 1, 1, tzinfo=UTC))
    return Device(
        endpoint=Endpoint(
            host="localhost",
            port=1,
            client_id=BOT,
            certificate_pem=(tmp_path / f"{BOT}.crt").read_bytes(),
            key_pem=(tmp_path / f"{BOT}.key").read_bytes(),
            ca_pem=authority.pem.encode(),
        ),
        telemetry_rule="rule",
        will=b"{}",
        listener=Listener(
            receive=lambda _topic, _body: None, connected=lambda: None, lost=lambda _numbers: None
        ),
        outbox=Outbox(tmp_path / "spool"),
        randomness=Random(1),  # noqa: S311 - jitter is no secret
    )


@pytest.mark.parametrize(
    ("topic", "size", "reason"),
    [
        (topics.START, 2, "goes to bots"),
        (topics.LOGS_INFO, MAX_PAYLOAD_BYTES, "above the broker's limit"),
    ],
)
async def test_it_refuses_what_the_topic_table_does_not_allow(
    device: Device, topic: Topic, size: int, reason: str
) -> None:
    with pytest.raises(NotPublishable, match=reason):
        device.publish(topic, b"x" * size)

    assert device.waiting == 0


async def test_it_retains_only_what_the_topic_table_retains(device: Device) -> None:
    with pytest.raises(NotPublishable, match="is not retained"):
        device.publish(topics.ORDERS_NEW, b"{}", retain=True)


async def test_what_cannot_leave_waits(device: Device) -> None:
    device.publish(topics.ORDERS_NEW, b"{}")

    assert device.waiting == 1
    assert await device.flushed(0) is False


def test_an_endpoint_shows_no_key() -> None:
    endpoint = Endpoint(
        host="h", port=1, client_id="c", certificate_pem=b"", key_pem=b"KEY", ca_pem=b""
    )

    assert "KEY" not in repr(endpoint)
