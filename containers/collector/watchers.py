"""Shows the books that members watch to their sockets, at most four times a second.

Collecting comes first: what goes wrong here is reported and put off. A socket is written to by one
thread at a time, and gets the newest frame when it is ready for one.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from containers.collector.monitor import moment
from janym.book.stream import Stream
from janym.domain.collecting import Task
from janym.domain.errors import JanymError, StoreAway
from janym.domain.live import Book, ConnectionId
from janym.domain.market import BookState
from janym.ports.live import Gone, Sockets
from janym.ports.roster import Roster
from janym.usecases.live_books import DEPTH, Board, Sight

LOG = logging.getLogger("collector.watchers")

BEAT_S = 0.25
"""The shortest time between two frames of a book."""
LOOK_EVERY = 4
"""Who watches is asked each so many beats."""
AT_ONCE = 4
"""Sockets that are written to at a time: more would take time from collecting."""
REST = timedelta(seconds=2)
"""How long a socket that takes no more is left alone."""


class Watchers:
    """The loop that tells sockets.

    Args:
        roster: who watches.
        sockets: the way to them; called in threads.
        held: what is collected here, not by another collector.
        books: gives the books of tasks, by the tasks' keys.
        now: the time.
    """

    def __init__(
        self,
        roster: Roster,
        sockets: Sockets,
        *,
        held: Callable[[], Sequence[Task]],
        books: Callable[[Sequence[Task]], Mapping[str, Stream]],
        now: Callable[[], datetime],
    ) -> None:
        self.board = Board()
        self._roster = roster
        self._sockets = sockets
        self._held = held
        self._books = books
        self._now = now
        self._threads = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="watchers")
        self._busy: dict[ConnectionId, asyncio.Task[None]] = {}
        self._rests: dict[ConnectionId, datetime] = {}
        self._gone: set[ConnectionId] = set()
        self._away = False

    @property
    def busy(self) -> int:
        """How many sockets are being written to."""
        return len(self._busy)

    async def run(self) -> None:
        """Tell watchers for as long as the service runs."""
        beats = 0
        while True:
            if beats % LOOK_EVERY == 0:
                await self.look()
            beats += 1
            self.tell()
            await asyncio.sleep(BEAT_S)

    async def look(self) -> None:
        """Ask who watches what is held here; while Postgres is away the last known do."""
        topics = [task.key for task in self._held()]
        try:
            found = await asyncio.to_thread(self._roster.watchers, topics, now=self._now())
        except StoreAway as away:
            if not self._away:
                LOG.warning("the last known watchers serve: %s", away)
            self._away = True
        else:
            self._away = False
            # One whose farewell was lost stays listed for a while.
            self._gone &= {key for key, _ in found}
            self.board.watch((key, topic) for key, topic in found if key not in self._gone)

    def tell(self) -> None:
        """Look at the watched books, and begin to tell whoever is ready."""
        now = self._now()
        if watched := self.board.topics:
            self._show(watched, now)
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        for key in self.board.sockets:
            if key not in self._busy and key not in self._rests and self.board.next(key):
                self._busy[key] = asyncio.create_task(self._serve(key))

    async def close(self) -> None:
        """Tell nobody any more."""
        self.board.watch(())
        await asyncio.gather(*self._busy.values())
        self._threads.shutdown()

    def _show(self, watched: frozenset[str], now: datetime) -> None:
        held = [task for task in self._held() if task.key in watched]
        streams = self._books(held)
        for task in held:
            stream = streams.get(task.key)
            change = _change(stream)
            if self.board.is_news(task.key, change, at=now):
                book = Book(task.venue, task.market, task.pair)
                self.board.show(_sight(book, stream), change, at=now)

    async def _serve(self, key: ConnectionId) -> None:
        try:
            await self._drain(key)
        except Exception:  # collecting goes on
            LOG.exception("socket %s is put off", key)
            self._rests[key] = self._now() + REST
        finally:
            del self._busy[key]

    async def _drain(self, key: ConnectionId) -> None:
        """Send a socket what it has not been told, the newest of each book when its turn comes."""
        loop, send = asyncio.get_running_loop(), self._sockets.send
        while frame := self.board.next(key):
            try:
                await loop.run_in_executor(self._threads, send, key, frame.body)
            except Gone:
                self._gone.add(key)
                self.board.forget(key)
            except JanymError as refused:
                LOG.info("socket %s is put off: %s", key, refused)
                self._rests[key] = self._now() + REST
                return
            self.board.told(key, frame)


def _change(stream: Stream | None) -> tuple[object, ...]:
    """What is another when a book is another."""
    return () if stream is None else (stream.state, stream.updates, stream.sequence, stream.gaps)


def _sight(book: Book, stream: Stream | None) -> Sight:
    if stream is None:
        return Sight(book=book, state=BookState.EMPTY, sequence=0, heard_at=None, bids=(), asks=())
    top = stream.book.top(DEPTH) if stream.state is BookState.LIVE else None
    return Sight(
        book=book,
        state=stream.state,
        sequence=stream.sequence,
        heard_at=moment(stream.heard_ns) if stream.heard_ns else None,
        bids=top.bids if top else (),
        asks=top.asks if top else (),
    )
