"""The collector's life: put together, started, and stopped in order (S4-072, S4-074)."""

import asyncio
import importlib.util
import logging
import random
import signal
from collections.abc import Awaitable
from dataclasses import dataclass

from containers.collector import clock, memory
from containers.collector.backlog import Backlog
from containers.collector.door import Door
from containers.collector.ledger import Ledger
from containers.collector.listeners import Listeners
from containers.collector.markets import Markets, World
from containers.collector.monitor import Monitor, moment
from containers.collector.reports import Reports
from containers.collector.settings import Settings
from containers.collector.watchers import Watchers
from containers.collector.writer import Writer
from janym import wiring
from janym.book.keepers import BEST
from janym.book.subscribers import Subscribers
from janym.domain.collecting import Daemon
from janym.live import dialing
from janym.live.fetching import HttpFetching
from janym.ports.live import Sockets
from janym.ports.market_history import MarketStore, Place
from janym.ports.roster import Roster

LOG = logging.getLogger("collector")

FLUSH_WITHIN_S = 20.0
"""Of the 120 seconds that a task has to stop; what is not stored by then stays on disk."""
SNAPSHOTS_EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What the collector keeps things in, and whom it shows them to."""

    roster: Roster
    market: MarketStore
    sockets: Sockets


async def run(settings: Settings, stores: Stores | None = None) -> None:
    """Collect until SIGTERM or SIGINT, then write down what is left."""
    memory.keep_one_heap()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await collect(settings, stores or _stores(), stop)


def _stores() -> Stores:
    return Stores(roster=wiring.roster(), market=wiring.market_store(), sockets=wiring.sockets())


async def collect(settings: Settings, stores: Stores, stop: asyncio.Event) -> None:
    """Collect until `stop` is set."""
    settings.work.mkdir(parents=True, exist_ok=True)
    library = dialing.best(importlib.util.find_spec)
    fetching = HttpFetching()
    # A batch's token must not come again in the next life of the same name.
    recorder = wiring.recorder(f"{settings.daemon}/{clock.now_ns()}")
    ledger = Ledger(recorder, now_ns=clock.now_ns, snapshot_every_s=settings.snapshot_every_s)
    writer = Writer(
        recorder,
        stores.market,
        Backlog(settings.work / "backlog", most_bytes=settings.spill_bytes),
        now_ns=clock.now_ns,
        every_s=settings.batch_every_s,
    )
    world = World(
        dial=dialing.dialer(library),
        fetching=fetching,
        roster=stores.roster,
        now=clock.now,
        steady=clock.steady,
        now_ns=clock.now_ns,
        chance=random.random,
    )
    subscribers = Subscribers[Place]()
    markets = Markets(settings, world, ledger, subscribers)
    monitor = Monitor(
        Daemon(id=settings.daemon, weight=settings.weight),
        roster=stores.roster,
        markets=markets,
        ledger=ledger,
        covered_ns=lambda: writer.covered_ns,
        now=clock.now,
        memory=settings.work / "tasks.json",
    )
    watchers = Watchers(
        stores.roster,
        stores.sockets,
        held=lambda: monitor.held.tasks,
        books=markets.streams,
        now=clock.now,
    )
    reports = Reports(
        settings.daemon,
        library,
        markets=markets,
        monitor=monitor,
        ledger=ledger,
        writer=writer,
        subscribers=subscribers,
        now_ns=clock.now_ns,
    )
    door = Door(
        settings,
        health=reports.health,
        books=reports.books,
        book=reports.book,
        counters=reports.counters,
        updates=Listeners(subscribers, reports.book).serve,
    )
    async with door.open() as port:
        LOG.info(
            "collecting",
            extra={"about": {"daemon": settings.daemon, "port": port, "books": BEST.name}},
        )
        try:
            await _until(
                stop,
                monitor.run(settings.tasks_every_s),
                writer.cut(),
                writer.send(),
                _snapshots(markets),
                watchers.run(),
            )
        finally:
            try:
                await watchers.close()
                await markets.close()
                await writer.finish(FLUSH_WITHIN_S)
                await monitor.leave(moment(writer.covered_ns))
            finally:
                await fetching.close()
    LOG.info("stopped")


async def _until(stop: asyncio.Event, *work: Awaitable[None]) -> None:
    """Run everything until asked to stop; one that fails ends all, for ECS to begin anew."""
    tasks = [asyncio.ensure_future(each) for each in (stop.wait(), *work)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _snapshots(markets: Markets) -> None:
    while True:
        await asyncio.sleep(SNAPSHOTS_EVERY_S)
        markets.snapshots()
