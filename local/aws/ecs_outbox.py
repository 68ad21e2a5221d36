"""Brings task state changes to EventBridge: in order for each task, again until taken."""

import asyncio
import logging

import aiohttp

from local.aws.ecs_journal import Journal, Undelivered

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
AT_ONCE = 8
ANSWER_SECONDS = 120

log = logging.getLogger(__name__)


class Outbox:
    """Delivers what the journal holds."""

    def __init__(self, journal: Journal, url: str, session: aiohttp.ClientSession) -> None:
        self._journal = journal
        self._url = f"{url}/_events"
        self._session = session
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}

    def changed(self) -> None:
        """Say that there may be something new."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            while True:
                self._wake.clear()
                for waiting in self._journal.undelivered():
                    if waiting.task not in self._busy and len(self._busy) < AT_ONCE:
                        work = asyncio.create_task(self._deliver(waiting))
                        self._busy[waiting.task] = work
                await self._wake.wait()
        finally:
            for work in self._busy.values():
                work.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _deliver(self, waiting: Undelivered) -> None:
        pause = FIRST_PAUSE
        while not await self._taken(waiting):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._journal.delivered(waiting.seq)
        self._busy.pop(waiting.task, None)
        self._wake.set()

    async def _taken(self, waiting: Undelivered) -> bool:
        limit = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        try:
            async with self._session.post(self._url, data=waiting.event, timeout=limit) as answer:
                if answer.status == 200:
                    return True
                log.warning("an event was refused: %s", (await answer.text())[:300])
        except (aiohttp.ClientError, TimeoutError) as error:
            log.info("events wait for the gateway: %r", error)
        return False
