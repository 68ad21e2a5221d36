"""A thousand simulated bots: each with its own certificate and connection, each telling of itself.

A bot's second: one metrics message (QoS 0). Every ten seconds besides, spread over the crowd: a log
line, a heartbeat, an order, and its fill (QoS 1).
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from janym.domain import topics
from local import clock, pki
from local.aws.mqtt_client import Arrived, MqttClient, Unreachable

RULE = "janym_telemetry"
TENTH = 10
METRICS = {
    "balance": {"total": "100000.12", "available": "90000.12", "locked": "10000"},
    "pnl": {"total": "1.5", "total_pct": "0.000015", "realized": "1", "unrealized": "0.5"},
    "orders": {"active": 2, "filled_24h": 5, "cancelled_24h": 9, "volume_24h": "512.5"},
    "mid_price": "2000.01",
}
ORDER = {
    "exchange_order_id": "1",
    "trading_pair": "ETH-USDT",
    "order_side": "buy",
    "price": "2000.01",
    "quantity": "0.05",
}

Said = tuple[topics.Topic, Mapping[str, Any]]


@dataclass(slots=True)
class Tally:
    """What the crowd has sent, by topic; QoS 1 counts once the broker has it."""

    sent: Counter[str] = field(default_factory=Counter[str])
    refused: int = 0
    late_s: float = 0.0
    """How far the crowd itself fell behind its own clock, at worst."""
    took_s: float = 0.0
    """How long the crowd spoke."""


class Voice:
    """One simulated bot."""

    def __init__(self, bot: UUID, number: int, folder: Path, tally: Tally) -> None:
        self._bot = bot
        self._number = number
        self._folder = folder
        self._tally = tally
        self._seq = 0
        self._client: MqttClient | None = None

    async def connect(self, authority: pki.Authority, host: str, port: int) -> None:
        """Get a certificate in the bot's name and open its connection."""
        name = str(self._bot)
        await asyncio.to_thread(_certify, authority, self._folder, name)
        self._client = MqttClient(
            identity=name,
            pki=self._folder,
            host=host,
            port=port,
            persistent=False,
            arrived=_ignore,
        )
        await self._client.start()

    async def speak(self, *, began: float, seconds: int) -> None:
        """Tell of itself once a second, at its own moment of each second."""
        for second in range(seconds):
            due = began + second + self._number % 1000 / 1000
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._tally.late_s = max(self._tally.late_s, time.monotonic() - due)
            for topic, payload in self._said(second):
                await self._publish(topic, payload)
        self._tally.took_s = max(self._tally.took_s, time.monotonic() - began)

    async def leave(self) -> None:
        if self._client is not None:
            await self._client.stop()

    def _said(self, second: int) -> Iterator[Said]:
        yield topics.METRICS, METRICS
        order = ORDER | {"client_order_id": f"jn{self._number:06d}11{second // TENTH}"}
        match (second + self._number) % TENTH:
            case 0:
                yield topics.LOGS_INFO, {"message": "a line of ordinary length about an order"}
            case 2:
                yield topics.STATUS, {"status": "running", "uptime_seconds": second}
            case 4:
                yield topics.ORDERS_NEW, {**order, "order_type": "limit"}
            case 6:
                fee = {"fee": "0.0001", "fee_asset": "BNB", "fee_price": "600", "maker": True}
                trade = {"trade_id": f"{self._number}-{second}"}
                yield topics.ORDERS_FILLED, {**order, **fee, **trade}
            case _:
                pass

    async def _publish(self, topic: topics.Topic, payload: Mapping[str, Any]) -> None:
        assert self._client is not None, "it speaks once it is connected"
        self._seq += 1
        message = {
            "v": 1,
            "session": 1,
            "seq": self._seq,
            "timestamp": clock.now().isoformat(),
            **payload,
        }
        try:
            await self._client.publish(
                topics.published(str(self._bot), topic, telemetry_rule=RULE),
                json.dumps(message).encode(),
                qos=topic.qos,
                retain=False,
            )
        except Unreachable:
            self._tally.refused += 1
        else:
            self._tally.sent[topic.suffix] += 1


def _ignore(_message: Arrived) -> None:
    """Nobody tells a simulated bot anything."""


def _certify(authority: pki.Authority, folder: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    csr = request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / f"{name}.key").write_bytes(pem)
    (folder / f"{name}.crt").write_text(authority.sign(csr.decode(), name, at=clock.now()))
