"""A typed face of AWS's MQTT client: mutual TLS, a persistent session, acknowledgement by hand."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from awscrt import mqtt5
from awsiot import mqtt5_client_builder

SESSION_SECONDS = 3600
CONNECT_SECONDS = 30.0
ACK_SECONDS = 10

log = logging.getLogger(__name__)


class Unreachable(Exception):
    """The broker is away or does not answer; try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message from the broker. `acknowledge` tells the broker to forget it; QoS 0 has none."""

    topic: str
    payload: bytes
    retained: bool
    acknowledge: Callable[[], None] | None


class Client(Protocol):
    """What the IoT plane needs of a broker's client."""

    async def subscribe(self, topic_filter: str, *, retained: bool) -> None: ...

    async def unsubscribe(self, topic_filter: str) -> None: ...

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None: ...


class MqttClient:
    """One connection as one identity of the stack. Callbacks come on the loop."""

    def __init__(
        self,
        *,
        identity: str,
        pki: Path,
        host: str,
        port: int,
        persistent: bool,
        arrived: Callable[[Arrived], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived = arrived
        self._started = False
        self._wanted: dict[str, bool] = {}
        self._renewals: set[asyncio.Task[None]] = set()
        self._connected = asyncio.Event()
        self._stopped = asyncio.Event()
        behavior = mqtt5.ClientSessionBehaviorType
        self._client: Any = mqtt5_client_builder.mtls_from_path(  # pyright: ignore[reportUnknownMemberType] - untyped
            cert_filepath=str(pki / f"{identity}.crt"),
            pri_key_filepath=str(pki / f"{identity}.key"),
            ca_filepath=str(pki / "ca.crt"),
            endpoint=host,
            port=port,
            connect_options=mqtt5.ConnectPacket(
                client_id=identity,
                keep_alive_interval_sec=30,
                session_expiry_interval_sec=SESSION_SECONDS if persistent else 0,
            ),
            session_behavior=behavior.REJOIN_ALWAYS if persistent else behavior.CLEAN,
            extended_validation_and_flow_control_options=(
                mqtt5.ExtendedValidationAndFlowControlOptions.NONE
            ),
            offline_queue_behavior=(mqtt5.ClientOperationQueueBehaviorType.FAIL_ALL_ON_DISCONNECT),
            min_reconnect_delay_ms=200,
            max_reconnect_delay_ms=5000,
            ack_timeout_sec=ACK_SECONDS,
            on_publish_received=self._on_publish,
            on_lifecycle_connection_success=self._on_connected,
            on_lifecycle_disconnection=self._on_disconnected,
            on_lifecycle_stopped=self._on_stopped,
        )

    @property
    def connected(self) -> bool:
        """Whether the broker is there now."""
        return self._connected.is_set()

    async def start(self) -> None:
        """Connect, and reconnect from then on. Raises Unreachable when the first try fails."""
        self._started = True
        self._client.start()
        try:
            await asyncio.wait_for(self._connected.wait(), CONNECT_SECONDS)
        except TimeoutError:
            raise Unreachable("the MQTT broker does not answer") from None

    async def stop(self) -> None:
        """Disconnect; a persistent session stays at the broker."""
        if not self._started:
            return
        self._client.stop()
        await asyncio.wait_for(self._stopped.wait(), ACK_SECONDS)

    async def subscribe(self, topic_filter: str, *, retained: bool) -> None:
        """Subscribe with QoS 1, with or without what is retained now. Raises Unreachable."""
        self._wanted[topic_filter] = retained
        handling = mqtt5.RetainHandlingType
        wanted = handling.SEND_ON_SUBSCRIBE if retained else handling.DONT_SEND
        packet = mqtt5.SubscribePacket(
            subscriptions=[
                mqtt5.Subscription(
                    topic_filter=topic_filter,
                    qos=mqtt5.QoS.AT_LEAST_ONCE,
                    retain_handling_type=wanted,
                )
            ]
        )
        await self._done(self._client.subscribe(packet))

    async def unsubscribe(self, topic_filter: str) -> None:
        """Undo a subscription. Raises Unreachable."""
        self._wanted.pop(topic_filter, None)
        packet = mqtt5.UnsubscribePacket(topic_filters=[topic_filter])
        await self._done(self._client.unsubscribe(packet))

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> None:
        """Publish; with QoS 1 the broker has it when this returns. Raises Unreachable."""
        packet = mqtt5.PublishPacket(
            topic=topic, payload=payload, qos=mqtt5.QoS(qos), retain=retain
        )
        await self._done(self._client.publish(packet))

    @staticmethod
    async def _done(future: Any) -> Any:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), ACK_SECONDS + 5)
        except Exception as error:  # the client raises what its C library names
            raise Unreachable(f"the MQTT broker does not answer: {error}") from error

    def _on_publish(self, data: Any) -> None:
        packet = data.publish_packet
        acquire = data.acquire_publish_acknowledgement_control
        acknowledge = None
        if acquire is not None:
            handle = acquire()
            acknowledge = lambda: self._client.invoke_publish_acknowledgement(handle)  # noqa: E731 - one line
        message = Arrived(
            topic=packet.topic,
            payload=bytes(packet.payload or b""),
            retained=bool(packet.retain),
            acknowledge=acknowledge,
        )
        self._loop.call_soon_threadsafe(self._arrived, message)

    def _on_connected(self, _data: Any) -> None:
        self._loop.call_soon_threadsafe(self._up)

    def _up(self) -> None:
        # A broker that lost its sessions has lost the subscriptions too.
        self._connected.set()
        for topic_filter, retained in self._wanted.items():
            task = self._loop.create_task(self._renew(topic_filter, retained=retained))
            self._renewals.add(task)
            task.add_done_callback(self._renewals.discard)

    async def _renew(self, topic_filter: str, *, retained: bool) -> None:
        try:
            await self.subscribe(topic_filter, retained=retained)
        except Unreachable as error:
            # The connection is gone again; the next one renews.
            log.info("not subscribed to %s: %s", topic_filter, error)

    def _on_disconnected(self, _data: Any) -> None:
        self._loop.call_soon_threadsafe(self._connected.clear)

    def _on_stopped(self, _data: Any) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
