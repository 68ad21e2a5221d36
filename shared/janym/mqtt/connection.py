"""One connection of the AWS runtime, from CONNECT to its end.

The runtime reconnects by itself with the will it was given, which would carry the number of a past
epoch. So its own reconnecting is put off beyond any use: a connection that breaks is over, and the
device makes a new one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from awscrt import io, mqtt

KEEP_ALIVE_S = 30
PING_TIMEOUT_MS = 10_000
ACKNOWLEDGE_TIMEOUT_MS = 15_000
CONNECT_TIMEOUT_S = 20.0
DISCONNECT_TIMEOUT_S = 3.0
NEVER_S = 24 * 3600

Receiver = Callable[[str, bytes], None]


class Lost(Exception):
    """The connection did not come about, or broke; what was in flight may have arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the broker is, and who we are to it. The key never leaves memory."""

    host: str
    port: int
    client_id: str
    certificate_pem: bytes = field(repr=False)
    key_pem: bytes = field(repr=False)
    ca_pem: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the broker says for us when we are gone without a word."""

    topic: str
    payload: bytes


def tls(endpoint: Endpoint) -> io.ClientTlsContext:
    """Make the TLS context of a device: our certificate, and the one authority we trust."""
    runtime: Any = io.TlsContextOptions
    options = runtime.create_client_with_mtls(endpoint.certificate_pem, endpoint.key_pem)
    options.override_default_trust_store(endpoint.ca_pem)
    return io.ClientTlsContext(options)


class Connection:
    """One connection. Its callbacks come from the runtime's threads and hop onto our loop."""

    def __init__(
        self, endpoint: Endpoint, context: io.ClientTlsContext, will: Will, receive: Receiver
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._receive = receive
        self.lost: asyncio.Future[str] = self._loop.create_future()
        """Why the connection broke, once it has."""
        self._connection: Any = mqtt.Connection(  # its calls are typed here, once
            client=mqtt.Client(io.ClientBootstrap.get_or_create_static_default(), context),
            host_name=endpoint.host,
            port=endpoint.port,
            client_id=endpoint.client_id,
            clean_session=False,
            keep_alive_secs=KEEP_ALIVE_S,
            ping_timeout_ms=PING_TIMEOUT_MS,
            protocol_operation_timeout_ms=ACKNOWLEDGE_TIMEOUT_MS,
            reconnect_min_timeout_secs=NEVER_S,
            reconnect_max_timeout_secs=NEVER_S,
            will=mqtt.Will(will.topic, mqtt.QoS.AT_LEAST_ONCE, will.payload, retain=True),
            on_connection_interrupted=self._interrupted,
            disable_metrics=True,
        )
        self._connection.on_message(self._message)

    async def open(self, topics: list[str]) -> None:
        """Connect, and subscribe to these topics at QoS 1.

        A session that the broker kept is resumed: what it held back for us arrives at once.

        Raises:
            Lost: the broker cannot be reached, or does not let us in.
        """
        await self._answer(self._connection.connect(), CONNECT_TIMEOUT_S)
        for topic in topics:
            future, _ = self._connection.subscribe(topic, mqtt.QoS.AT_LEAST_ONCE)
            await self._answer(future, CONNECT_TIMEOUT_S)

    def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool) -> asyncio.Future[Any]:
        """Send; the answer is done at PUBACK, or with QoS 0 once it is written."""
        future, _ = self._connection.publish(topic, payload, mqtt.QoS(qos), retain)
        return _watched(future)

    async def close(self) -> None:
        """Say goodbye, which takes the will back. A connection that is broken just ends."""
        try:
            await self._answer(self._connection.disconnect(), DISCONNECT_TIMEOUT_S)
        except Lost:
            return

    async def _answer(self, future: Future[Any], timeout_s: float) -> None:
        answer = _watched(future)
        await asyncio.wait({answer}, timeout=timeout_s)
        if not answer.done():
            raise Lost(f"no answer within {timeout_s:.0f} s")
        if error := answer.exception():
            raise Lost(f"{type(error).__name__}: {error}") from error

    def _interrupted(self, *, error: BaseException, **_: object) -> None:
        self._loop.call_soon_threadsafe(self._break, str(error))

    def _break(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)

    def _message(self, *, topic: str, payload: bytes, **_: object) -> None:
        self._loop.call_soon_threadsafe(self._receive, topic, payload)


def _watched(future: Future[Any]) -> asyncio.Future[Any]:
    """Bring an answer onto our loop; one that nobody waits for any more fails unheard.

    It is never cancelled: the runtime would stumble over setting its result later.
    """
    answer = asyncio.wrap_future(future)
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())
    return answer
