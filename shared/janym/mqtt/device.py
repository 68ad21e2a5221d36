"""Connection after connection, and publishing on whichever is there.

Publishing never waits and never fails for the broker's sake: what cannot leave now waits in the
outbox. A message counts as delivered at its PUBACK; until then it is sent again on the next
connection, a fact with the number it had, so that a repeat is known as one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from janym.domain import topics
from janym.domain.topics import MAX_PAYLOAD_BYTES, STATUS, TOPICS, Direction, Topic
from janym.mqtt import backoff, sequence
from janym.mqtt.connection import Connection, Endpoint, Lost, Will, tls
from janym.mqtt.lane import Entry
from janym.mqtt.outbox import Outbox
from janym.mqtt.sequence import Epoch

WINDOW = 40
"""Messages in flight at once; IoT Core takes 100 and half of that leaves room for its answers."""
PER_SECOND = 80
"""IoT Core takes 100 publishes a second over one connection, and drops what is above."""
STEADY_S = 60.0
"""A connection that lasted this long makes the next wait short again."""
LONGEST_SEQ = len(str(2**53)) + len(',"seq":')

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who wants to know what happens to a device."""

    receive: Callable[[Topic, bytes], None]
    """A message to the bot."""
    connected: Callable[[], None]
    """A new connection: the will of the former one may stand as the retained status by then, and
    only a newer status takes its place."""
    lost: Callable[[Mapping[str, int]], None]
    """So many messages of each topic had no room and are lost."""


class NotPublishable(ValueError):
    """A message that the topic table does not allow; the caller is wrong."""


@dataclass(slots=True)
class _Pace:
    """Lets so many messages through in any second."""

    loop: asyncio.AbstractEventLoop
    sent: deque[float] = field(default_factory=lambda: deque[float](maxlen=PER_SECOND))

    async def wait(self) -> None:
        if len(self.sent) == PER_SECOND:
            await asyncio.sleep(max(0.0, self.sent[0] + 1 - self.loop.time()))
        self.sent.append(self.loop.time())


class Device:
    """A bot at the broker. `run` connects for as long as it runs; `publish` works at any time."""

    def __init__(
        self,
        *,
        endpoint: Endpoint,
        telemetry_rule: str,
        will: bytes,
        listener: Listener,
        outbox: Outbox,
        randomness: Random,
    ) -> None:
        """Prepare; `will` is the last word on `status`, a JSON object without `seq`."""
        self._endpoint = endpoint
        self._rule = telemetry_rule
        self._will = will
        self._listener = listener
        self._randomness = randomness
        self._tls = tls(endpoint)
        self._outbox = outbox
        self._flying: dict[asyncio.Future[Any], Entry] = {}
        self._delivered = 0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.connected = False

    def publish(self, topic: Topic, body: bytes, *, retain: bool | None = None) -> None:
        """Queue a JSON object without `seq`.

        Retained as the topic table says, unless `retain=False` says otherwise.

        Raises:
            NotPublishable: not ours to publish, not to be retained, or above 128 KB.
        """
        retained = topic.retained if retain is None else retain
        if topic.direction is not Direction.FROM_BOT:
            raise NotPublishable(f"{topic.suffix} goes to bots, not from them")
        if retained and not topic.retained:
            raise NotPublishable(f"{topic.suffix} is not retained")
        if len(body) + LONGEST_SEQ > MAX_PAYLOAD_BYTES:
            raise NotPublishable(f"{topic.suffix}: {len(body)} bytes are above the broker's limit")
        self._outbox.add(Entry(topic=topic, body=body, retain=retained))
        self._idle.clear()
        self._wake.set()

    async def flushed(self, patience_s: float) -> bool:
        """Wait until all is delivered, however long; False once nothing was for so long."""
        while not self._idle.is_set():
            before = self._delivered
            try:
                await asyncio.wait_for(self._idle.wait(), patience_s)
            except TimeoutError:
                if self._delivered == before:
                    logger.warning("%d messages were not delivered in time", self.waiting)
                    return False
        return True

    def close(self) -> None:
        """Delete what still waits on disk."""
        self._outbox.close()

    @property
    def waiting(self) -> int:
        """How many messages are not delivered yet."""
        return len(self._outbox) + len(self._flying)

    async def run(self) -> None:
        """Be connected, until cancelled; then say goodbye."""
        delays = backoff.delays(self._randomness)
        loop = asyncio.get_running_loop()
        for number in count():
            began = loop.time()
            try:
                await self._connect(sequence.epoch(number))
            except Lost as lost:
                logger.warning("the broker is away: %s", lost)
            if loop.time() - began > STEADY_S:
                delays = backoff.delays(self._randomness)
            await asyncio.sleep(next(delays))

    async def _connect(self, epoch: Epoch) -> None:
        will = Will(
            topic=topics.of(self._endpoint.client_id, STATUS),
            payload=sequence.stamped(self._will, epoch.will),
        )
        connection = Connection(self._endpoint, self._tls, will, self._received)
        connection.lost.add_done_callback(lambda _: self._wake.set())
        try:
            await connection.open(self._subscriptions())
            logger.info("connected to the broker, epoch %d", epoch.number)
            self.connected = True
            self._listener.connected()
            await self._serve(connection, epoch)
        finally:
            self.connected = False
            self._outbox.put_back(list(self._flying.values()))
            self._flying.clear()
            await connection.close()

    async def _serve(self, connection: Connection, epoch: Epoch) -> None:
        pace = _Pace(asyncio.get_running_loop())
        while True:
            self._wake.clear()
            self._collect()
            self._say_dropped()
            if connection.lost.done():
                raise Lost(connection.lost.result())
            while len(self._flying) < WINDOW and (entry := self._outbox.take()):
                self._send(entry, connection, epoch)
                await pace.wait()
            if self.waiting == 0:
                self._idle.set()
            await self._wake.wait()

    def _send(self, entry: Entry, connection: Connection, epoch: Epoch) -> None:
        if entry.seq is None:
            entry.seq = epoch.next()
        sent = connection.publish(
            topics.published(self._endpoint.client_id, entry.topic, telemetry_rule=self._rule),
            sequence.stamped(entry.body, entry.seq),
            qos=entry.topic.qos,
            retain=entry.retain,
        )
        self._flying[sent] = entry
        sent.add_done_callback(lambda _: self._wake.set())

    def _collect(self) -> None:
        for sent in [sent for sent in self._flying if sent.done()]:
            if error := sent.exception():
                raise Lost(f"a message was not acknowledged: {error}")
            del self._flying[sent]
            self._delivered += 1

    def _subscriptions(self) -> list[str]:
        return [
            topics.of(self._endpoint.client_id, topic)
            for topic in TOPICS
            if topic.direction is Direction.TO_BOT
        ]

    def _received(self, full: str, payload: bytes) -> None:
        bot, topic = topics.parse(full)
        if bot == self._endpoint.client_id and topic and topic.direction is Direction.TO_BOT:
            self._listener.receive(topic, payload)
        else:
            logger.warning("a message on %s is none of ours and is ignored", full)

    def _say_dropped(self) -> None:
        if self._outbox.roomy and (lost := self._outbox.dropped()):
            self._listener.lost(lost)
