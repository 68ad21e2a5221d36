"""Cuts what was recorded into batches and stores them in order, however long the store is away."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from containers.collector.backlog import Backlog
from janym.domain.errors import StoreAway
from janym.domain.market import Channel, Gap, GapReason
from janym.ports.market_history import Batch, MarketStore, Recorder

LOG = logging.getLogger("collector.writer")

LOOK_EVERY_S = 0.05
CUT_AT_ROWS = 20_000
"""So many rows are cut before their time: a block is made in one go, and frames wait meanwhile."""
LONGEST_WAIT_S = 30.0
CHANNELS = {"trades": Channel.TRADES, "bbo": Channel.BBO}
"""What rows of a table are of; those of all others are of books."""
REFUSED_AT_MOST = 3
"""A batch that the store refuses so often is not the store's fault: it is set aside."""


@dataclass(slots=True)
class Counters:
    """What was done so far."""

    rows: int = 0
    batches: int = 0
    refused: int = 0
    lost_rows: int = 0
    away: bool = False


class Writer:
    """From a recorder to a store.

    Args:
        recorder: where rows gather.
        store: called in a thread, one batch at a time.
        backlog: what waits for the store.
        now_ns: the time.
        every_s: how often rows are cut into batches.
    """

    def __init__(
        self,
        recorder: Recorder,
        store: MarketStore,
        backlog: Backlog,
        *,
        now_ns: Callable[[], int],
        every_s: float,
    ) -> None:
        self.counters = Counters()
        self._recorder = recorder
        self._store = store
        self._backlog = backlog
        self._now_ns = now_ns
        self._every_s = every_s
        self._waiting = asyncio.Event()

    @property
    def covered_ns(self) -> int:
        """Everything received before this moment is stored, or recorded as lost."""
        now = self._now_ns()
        return min(self._backlog.first_ns or now, self._recorder.first_ns or now)

    @property
    def backlog(self) -> int:
        """How many batches wait."""
        return len(self._backlog)

    async def cut(self) -> None:
        """Cut batches for as long as the service runs."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + self._every_s
            # Rows are added a hundred thousand times a second: nobody is told of each.
            while loop.time() < due and self._recorder.rows < CUT_AT_ROWS:  # noqa: ASYNC110
                await asyncio.sleep(min(LOOK_EVERY_S, self._every_s))
            self._cut()

    async def send(self) -> None:
        """Store batches for as long as the service runs."""
        while True:
            while self._backlog.oldest() is not None:
                await self._send_oldest()
            self._waiting.clear()
            await self._waiting.wait()

    async def finish(self, within_s: float) -> None:
        """Store what is left, as far as the time allows; the rest is kept on disk."""
        self._cut()
        try:
            async with asyncio.timeout(within_s):
                while self._backlog.oldest() is not None:
                    await self._send_oldest()
        except TimeoutError:
            LOG.warning("%d batches are left on disk", len(self._backlog))
        self._lose(self._backlog.keep())

    def _cut(self) -> None:
        self._lose(self._backlog.push(self._recorder.cut()))
        self._waiting.set()

    async def _send_oldest(self) -> None:
        """Store the oldest batch, trying for as long as the store is away."""
        batch = self._backlog.oldest()
        wait_s, refusals = 0.5, 0
        while batch is not None:
            try:
                await asyncio.to_thread(self._store.store, batch)
            except StoreAway as away:
                if not self.counters.away:
                    LOG.warning("batches wait: %s", away)
                self.counters.away = True
            except Exception as error:
                refusals += 1
                self.counters.refused += 1
                LOG.exception("a batch for %s was refused", batch.table)
                if refusals == REFUSED_AT_MOST:
                    self._lose([batch], detail=f"refused: {type(error).__name__}")
                    break
            else:
                self._stored(batch)
                break
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_WAIT_S, wait_s * 2)
        self._backlog.done()

    def _stored(self, batch: Batch) -> None:
        if self.counters.away:
            LOG.info("the store is back; %d batches wait", len(self._backlog))
        self.counters.away = False
        self.counters.rows += batch.rows
        self.counters.batches += 1

    def _lose(self, batches: Iterable[Batch], detail: str = "no room was left to keep it") -> None:
        """Count rows that are lost, and record when and of what."""
        now = self._now_ns()
        for batch in batches:
            self.counters.lost_rows += batch.rows
            LOG.error("%d rows for %s are lost: %s", batch.rows, batch.table, detail)
            channel = CHANNELS.get(batch.table, Channel.BOOK)
            for span in batch.spans:
                gap = Gap(
                    pair=span.place.pair,
                    reason=GapReason.UNWRITTEN,
                    good_until_ns=span.first_ns,
                    noticed_ns=now,
                    ended_ns=span.last_ns,
                    detail=f"{batch.table}: {detail}",
                )
                self._recorder.gap(span.place, gap, channel=channel, lost_rows=span.rows)
