"""Event source mappings: queues feed functions in batches, as Lambda's own pollers do.

A batch whose function fails is kept and tried again, with growing pauses, until its visibility
timeout is nearly over; then it returns to the queue. So a message's receive count rises once per
visibility timeout, as in AWS, and an outage of a minute ends a moment after the store is back.
While one batch fails no further messages are taken: waiting in the queue costs no receive.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from local.aws.cloud import Function, Queue, QueueMapping
from local.aws.sqs_api import received
from local.aws.sqs_queues import Queues
from local.aws.sqs_store import Message
from local.aws.stack import Json
from local.environment import REGION

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 20.0
EVENT_LIMIT = 5 * 1024 * 1024
"""Bytes of bodies in one batch; an event may have 6 MB."""
IDLE_WAIT = 20.0

log = logging.getLogger(__name__)


class InvocationFailed(Exception):
    """The function raised, timed out or could not be reached."""


Invoke = Callable[[str, bytes], Awaitable[bytes]]
"""Calls a function by name; raises InvocationFailed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Messages taken together, hidden until `until` on the loop's clock."""

    messages: Sequence[Message]
    until: float


class Poller:
    """One event source mapping."""

    def __init__(
        self, mapping: QueueMapping, queues: Queues, function: Function, invoke: Invoke
    ) -> None:
        self._mapping = mapping
        self._queues = queues
        self._queue: Queue = queues.find(mapping.queue)
        self._function = function
        self._invoke = invoke
        self._slots = asyncio.Semaphore(mapping.max_concurrency)
        self._healthy = asyncio.Event()
        self._healthy.set()
        self._left: list[Message] = []

    async def run(self) -> None:
        """Poll until cancelled; then what is in hand goes back to the queue."""
        # Nobody but this poller reads the queue, so what an earlier one held is nobody's now.
        self._queues.store.release(self._queue.name)
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    await self._healthy.wait()
                    await self._slots.acquire()
                    batch = await self._collect()
                    group.create_task(self._handle(batch))
        finally:
            self._queues.store.release(self._queue.name)

    async def _collect(self) -> Batch:
        """A full batch, or what has come when the batching window ends."""
        loop, size = asyncio.get_running_loop(), self._mapping.batch_size
        messages, self._left = self._left, []
        while not messages:
            messages = await self._queues.receive(self._queue, size, wait=IDLE_WAIT)
        until = loop.time() + self._queue.visibility_timeout
        closes = loop.time() + self._mapping.window
        while len(messages) < size and _bytes(messages) < EVENT_LIMIT:
            wait = closes - loop.time()
            if wait <= 0:
                break
            more = await self._queues.receive(self._queue, size - len(messages), wait=wait)
            messages.extend(more)
        fitting = _fitting(messages)
        self._left = messages[fitting:]
        return Batch(messages=messages[:fitting], until=until)

    async def _handle(self, batch: Batch) -> None:
        loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
        try:
            while True:
                try:
                    await self._deliver(batch.messages)
                except InvocationFailed as error:
                    self._healthy.clear()
                    log.warning("%s: %s", self._mapping.function, error)
                else:
                    return
                if loop.time() + pause + self._function.timeout > batch.until:
                    return
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        finally:
            self._healthy.set()
            self._slots.release()

    async def _deliver(self, messages: Sequence[Message]) -> None:
        records = [record(message, self._queue.arn) for message in messages]
        answer = await self._invoke(
            self._mapping.function, json.dumps({"Records": records}).encode()
        )
        failed = failures(answer, messages) if self._mapping.partial_failures else set[str]()
        done = [m.receipt for m in messages if m.message_id not in failed]
        self._queues.store.delete(self._queue.name, done)


def record(message: Message, arn: str) -> Json:
    """A message as a function sees it."""
    made = received(message)
    return {
        "messageId": made["MessageId"],
        "receiptHandle": made["ReceiptHandle"],
        "body": made["Body"],
        "attributes": made["Attributes"],
        "messageAttributes": made.get("MessageAttributes", {}),
        "md5OfBody": made["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def failures(answer: bytes, messages: Sequence[Message]) -> set[str]:
    """The ids that the function could not handle.

    Raises InvocationFailed for an answer that Lambda takes as failure of the whole batch: an id
    that is empty or was not in the batch, or a malformed list.
    """
    try:
        body: Any = json.loads(answer or b"null")
    except ValueError as error:
        raise InvocationFailed("the answer is no JSON") from error
    listed = cast("Json", body).get("batchItemFailures") if isinstance(body, dict) else None
    if listed is None:
        return set()
    try:
        ids = {item["itemIdentifier"] for item in cast("list[Json]", listed)}
    except (TypeError, KeyError) as error:
        raise InvocationFailed("batchItemFailures is malformed") from error
    unknown = ids - {message.message_id for message in messages}
    if unknown:
        raise InvocationFailed(f"batchItemFailures names unknown messages: {sorted(unknown)}")
    return ids


def _bytes(messages: Sequence[Message]) -> int:
    return sum(len(message.body) for message in messages)


def _fitting(messages: Sequence[Message]) -> int:
    """How many of the messages fit into one event; one always does."""
    total = 0
    for index, message in enumerate(messages):
        total += len(message.body)
        if total > EVENT_LIMIT and index:
            return index
    return len(messages)
