"""The queues of a stack: what the template declares, what is created later, and who waits."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from local.aws.cloud import Queue
from local.aws.sqs_store import Message, Sent, Store
from local.environment import ACCOUNT, REGION

POLL_CEILING = 1.0
"""Seconds after which a waiting receiver looks again in any case."""


class UnknownQueue(Exception):
    """There is no such queue."""


class Queues:
    """Queues by name over one store."""

    def __init__(self, store: Store, declared: Mapping[str, Queue], created: Path, url: str):
        self.store = store
        self._url = url
        self._created = created
        self._queues = {**_read(created), **declared}
        self._arrived: dict[str, asyncio.Event] = {}

    @property
    def names(self) -> list[str]:
        """All queues' names, sorted."""
        return sorted(self._queues)

    def find(self, url_or_arn: str) -> Queue:
        """A queue by name, URL or ARN. Raises UnknownQueue."""
        name = url_or_arn.rstrip("/").split("/")[-1].rsplit(":", 1)[-1]
        if name not in self._queues:
            raise UnknownQueue(f"The specified queue does not exist: {name}")
        return self._queues[name]

    def create(self, name: str, attributes: Mapping[str, str]) -> Queue:
        """Add a queue, or give the one that is there; it is remembered."""
        if name not in self._queues:
            queue = _queue(name, f"{self._url}/{ACCOUNT}/{name}", attributes)
            self._queues[name] = queue
            known = _read(self._created)
            self._created.write_text(
                json.dumps({key: asdict(value) for key, value in {**known, name: queue}.items()})
            )
        return self._queues[name]

    def send(self, queue: Queue, messages: Sequence[Sent]) -> None:
        """Keep messages and wake receivers."""
        self.store.send(queue.name, [replace(m, delay=m.delay or queue.delay) for m in messages])
        self.wake(queue.name)

    def wake(self, name: str) -> None:
        """Let receivers of a queue look again."""
        if name in self._arrived:
            self._arrived.pop(name).set()

    async def receive(
        self, queue: Queue, limit: int, *, wait: float, visibility: int | None = None
    ) -> list[Message]:
        """Take messages, waiting up to `wait` seconds for the first."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            taken = self.store.receive(queue, limit, visibility)
            left = until - loop.time()
            if taken or left <= 0:
                return taken
            await self._arrival(queue.name, min(left, POLL_CEILING))

    async def expire(self) -> None:
        """Forget old messages, each minute, until cancelled."""
        while True:
            for queue in self._queues.values():
                self.store.expire(queue)
            await asyncio.sleep(60)

    async def _arrival(self, name: str, seconds: float) -> None:
        soon = self.store.next_visible(name)
        event = self._arrived.setdefault(name, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds if soon is None else min(seconds, soon))


def _read(file: Path) -> dict[str, Queue]:
    if not file.exists():
        return {}
    return {name: Queue(**fields) for name, fields in json.loads(file.read_text()).items()}


def _queue(name: str, url: str, attributes: Mapping[str, str]) -> Queue:
    redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
    number: Callable[[str, int], int] = lambda key, default: int(attributes.get(key, default))  # noqa: E731 - read six times
    return Queue(
        name=name,
        arn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
        url=url,
        visibility_timeout=number("VisibilityTimeout", 30),
        wait_time=number("ReceiveMessageWaitTimeSeconds", 0),
        retention=number("MessageRetentionPeriod", 345_600),
        delay=number("DelaySeconds", 0),
        dead_letter=redrive.get("deadLetterTargetArn", "").rsplit(":", 1)[-1] or None,
        max_receive_count=int(redrive.get("maxReceiveCount", 0)),
    )
