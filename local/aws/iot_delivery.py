"""Brings rules' results to their queues: in batches, again and again until the queue has them."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

import aiohttp

from local.environment import ACCOUNT

BATCH = 10
SENDERS = 4
"""Requests at once to one queue."""
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
REQUEST_SECONDS = 10
BATCH_BYTES = 900 * 1024

log = logging.getLogger(__name__)


class Refused(Exception):
    """The queue will never take this message."""


class SqsAway(Exception):
    """The queue cannot be reached now."""


@dataclass(frozen=True, slots=True)
class _Outgoing:
    body: str
    done: "asyncio.Future[None]"


class Sender:
    """Sends texts to the queues of one SQS service."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._session = session
        self._waiting: dict[str, asyncio.Queue[_Outgoing]] = {}
        self._loops: list[asyncio.Task[None]] = []

    async def send(self, queue: str, body: str) -> None:
        """Return when the queue has the text. Raises Refused when it never will."""
        if queue not in self._waiting:
            self._waiting[queue] = asyncio.Queue()
            self._loops += [asyncio.create_task(self._run(queue)) for _ in range(SENDERS)]
        outgoing = _Outgoing(body, asyncio.get_running_loop().create_future())
        self._waiting[queue].put_nowait(outgoing)
        await outgoing.done

    async def stop(self) -> None:
        """End the loops; what was not sent stays unacknowledged."""
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)

    async def _run(self, queue: str) -> None:
        waiting = self._waiting[queue]
        while True:
            batch = [await waiting.get()]
            size = len(batch[0].body)
            while len(batch) < BATCH and not waiting.empty() and size < BATCH_BYTES // 2:
                batch.append(waiting.get_nowait())
                size += len(batch[-1].body)
            await self._deliver(queue, batch)

    async def _deliver(self, queue: str, batch: list[_Outgoing]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._request(queue, [item.body for item in batch])
            except SqsAway as error:
                log.info("rules wait for SQS: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Refused as error:
                if len(batch) > 1:
                    # One bad message must not take its neighbours with it.
                    for item in batch:
                        await self._deliver(queue, [item])
                    return
                _settle(batch, error)
                return
            else:
                _settle(batch, None)
                return

    async def _request(self, queue: str, bodies: list[str]) -> None:
        body = {
            "QueueUrl": f"{self._url}/{ACCOUNT}/{queue}",
            "Entries": [{"Id": str(i), "MessageBody": text} for i, text in enumerate(bodies)],
        }
        headers = {
            "X-Amz-Target": "AmazonSQS.SendMessageBatch",
            "Content-Type": "application/x-amz-json-1.0",
        }
        limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        try:
            async with self._session.post(
                self._url, json=body, headers=headers, timeout=limit
            ) as answer:
                status, text = answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SqsAway(repr(error)) from error
        if status >= 500:
            raise SqsAway(text[:200])
        if status != 200:
            raise Refused(text[:500])


def _settle(batch: list[_Outgoing], error: Exception | None) -> None:
    for item in batch:
        with contextlib.suppress(asyncio.InvalidStateError):
            if error is None:
                item.done.set_result(None)
            else:
                item.done.set_exception(error)
