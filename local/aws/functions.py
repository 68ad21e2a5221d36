"""The Lambda service: pools of workers, synchronous and asynchronous invocation."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from local.aws.cloud import Function
from local.aws.worker import Outcome, Worker

LAPTOP_CONCURRENCY = 4
"""Workers of one function at a time at most: a laptop has few cores. Further events wait."""
IDLE_SECONDS = 300.0
RETRY_SECONDS = (1.0, 5.0)
"""Pauses before an asynchronous event is tried again. Lambda waits one and two minutes."""

log = logging.getLogger(__name__)

SendMessage = Callable[[str, str], Awaitable[None]]


class Throttled(Exception):
    """All reserved concurrency of the function is in use; try again."""


class UnknownFunction(Exception):
    """The template declares no function of that name."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """The workers of one function."""

    function: Function
    limit: int
    accepted: int = 0
    idle: list[tuple[Worker, float]] = field(default_factory=list[tuple[Worker, float]])
    busy: set[Worker] = field(default_factory=set[Worker])
    slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.limit)


class Functions:
    """Runs the template's functions on this machine."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        *,
        variables: Mapping[str, str],
        logs: Path,
        now: Callable[[], datetime],
        send: SendMessage,
    ) -> None:
        self._pools = {
            name: Pool(
                function=function,
                limit=min(function.reserved or LAPTOP_CONCURRENCY, LAPTOP_CONCURRENCY),
            )
            for name, function in functions.items()
        }
        self._variables = variables
        self._logs = logs
        self._now = now
        self._send = send
        self._tasks: set[asyncio.Task[None]] = set()

    def find(self, name: str) -> Function:
        """A function by name or ARN. Raises UnknownFunction."""
        key = name.removesuffix(":$LATEST").rsplit(":", 1)[-1]
        if key not in self._pools:
            raise UnknownFunction(f"Function not found: {name}")
        return self._pools[key].function

    async def invoke(self, name: str, event: bytes) -> Outcome:
        """Run a function to its answer. Raises UnknownFunction, Throttled."""
        pool = self._pools[self.find(name).name]
        if pool.function.reserved is not None and pool.accepted >= pool.function.reserved:
            raise Throttled("Rate Exceeded.")
        pool.accepted += 1
        try:
            async with pool.slots:
                return await self._run(pool, event)
        finally:
            pool.accepted -= 1

    def invoke_later(self, name: str, event: bytes) -> str:
        """Accept an event; retries and the failure destination follow. Gives the request id."""
        function, request = self.find(name), str(uuid4())
        task = asyncio.create_task(self._asynchronously(function, event, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return request

    async def deliver(self, name: str, event: bytes) -> None:
        """The same as `invoke_later`, waiting until the event is handled or given up."""
        await self._asynchronously(self.find(name), event, str(uuid4()))

    async def sweep(self) -> None:
        """End workers that have been idle for long; runs until cancelled."""
        while True:
            await asyncio.sleep(IDLE_SECONDS / 5)
            oldest = asyncio.get_running_loop().time() - IDLE_SECONDS
            for pool in self._pools.values():
                stale = [worker for worker, since in pool.idle if since < oldest]
                pool.idle = [item for item in pool.idle if item[1] >= oldest]
                await asyncio.gather(*(worker.stop() for worker in stale))

    async def stop(self) -> None:
        """Give up waiting events and end every worker."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        workers = [
            worker
            for pool in self._pools.values()
            for worker in [*pool.busy, *(worker for worker, _ in pool.idle)]
        ]
        await asyncio.gather(*(worker.stop() for worker in workers))

    async def _run(self, pool: Pool, event: bytes) -> Outcome:
        worker = await self._take(pool)
        pool.busy.add(worker)
        try:
            return await worker.invoke(event)
        finally:
            pool.busy.discard(worker)
            if worker.alive:
                pool.idle.append((worker, asyncio.get_running_loop().time()))
            else:
                await worker.stop()

    async def _take(self, pool: Pool) -> Worker:
        while pool.idle:
            worker, _ = pool.idle.pop()
            if worker.alive:
                return worker
            await worker.stop()
        log_file = self._logs / "functions" / f"{pool.function.name}.log"
        worker = Worker(pool.function, self._variables, log_file, self._now)
        await worker.start()
        return worker

    async def _asynchronously(self, function: Function, event: bytes, request: str) -> None:
        outcome = Outcome.error("NotTried", "the event was not tried")
        for attempt in range(function.retries + 1):
            if attempt:
                await asyncio.sleep(RETRY_SECONDS[min(attempt, len(RETRY_SECONDS)) - 1])
            outcome = await self._patiently(function.name, event)
            if not outcome.failed:
                return
            log.warning("%s failed: %s", function.name, outcome.payload[:500])
        if function.on_failure is None:
            return
        body = _failure_record(function, event, request, outcome, self._now())
        await self._send(function.on_failure, body)

    async def _patiently(self, name: str, event: bytes) -> Outcome:
        """Throttled asynchronous events wait; they do not use up their retries."""
        while True:
            try:
                return await self.invoke(name, event)
            except Throttled:
                await asyncio.sleep(0.2)


def _failure_record(
    function: Function, event: bytes, request: str, outcome: Outcome, at: datetime
) -> str:
    """What Lambda sends to an OnFailure destination."""
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "requestContext": {
                "requestId": request,
                "functionArn": f"{function.arn}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": function.retries + 1,
            },
            "requestPayload": json.loads(event),
            "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
            "responsePayload": json.loads(outcome.payload or b"null"),
        }
    )
