"""The markets that are collected: a pool for each, its instruments, its budgets."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from containers.collector import listeners
from containers.collector.ledger import Ledger
from containers.collector.settings import Settings
from janym.book.stream import Stream
from janym.book.subscribers import Subscribers
from janym.domain.collecting import Task
from janym.domain.egress import Pace
from janym.domain.errors import JanymError, StoreAway
from janym.domain.market import Channel, Listing, Market, Pair, Subscription, VenueId
from janym.live import feeds
from janym.live.budgets import Budget, pace
from janym.live.fetching import Fetching
from janym.live.links import PATIENCE_S, TOO_MANY, Link, Room
from janym.live.pools import Pool
from janym.live.sockets import Dial
from janym.ports.feeds import Feed, Request
from janym.ports.market_history import Place
from janym.ports.roster import Roster

LOG = logging.getLogger("collector.markets")

LISTED_FOR_S = 3600.0
"""How long a list of instruments is good."""
TRY_AGAIN_S = 30.0

Address = tuple[VenueId, Market]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What markets reach out by."""

    dial: Dial
    fetching: Fetching
    roster: Roster
    now: Callable[[], datetime]
    steady: Callable[[], datetime]
    now_ns: Callable[[], int]
    chance: Callable[[], float]


class Collected:
    """One market: its pool, and the instruments that it knows."""

    def __init__(self, room: Room, pool: Pool) -> None:
        self.room = room
        self.pool = pool
        self.listings: dict[Pair, Listing] = {}
        self.wanted: list[Subscription] = []
        self.trouble = "instruments: not told yet"
        self.asked = False
        """Whether the venue was asked what it lists; nothing is subscribed to before."""
        self.asking: asyncio.Task[None] | None = None
        self.ask_at = 0.0

    @property
    def feed(self) -> Feed:
        return self.room.feed

    @property
    def streams(self) -> Mapping[Pair, Stream]:
        """Every book of the market, by pair."""
        return {
            pair: stream
            for link in self.pool.links
            for pair, stream in link.session.streams.items()
        }


class Markets:
    """All of them; a market is begun when a task first names it."""

    def __init__(
        self, settings: Settings, world: World, ledger: Ledger, subscribers: Subscribers[Place]
    ) -> None:
        self.collected: dict[Address, Collected] = {}
        self.unknown: dict[Address, str] = {}
        self._settings = settings
        self._world = world
        self._ledger = ledger
        self._subscribers = subscribers
        self._budgets: dict[tuple[str, str], Budget] = {}
        self._keeping = asyncio.Lock()

    def collect(self, tasks: Iterable[Task]) -> None:
        """Subscribe to what tasks name, and to nothing else (S4-044, S4-048).

        No venue is waited for: one that does not answer, or has shut its door for hours, keeps
        nobody from the others' books or from a sign of life.
        """
        wanted: dict[Address, list[Subscription]] = {key: [] for key in self.collected}
        for task in tasks:
            wanted.setdefault((task.venue, task.market), []).extend(
                Subscription(pair=task.pair, channel=channel)
                if channel is not Channel.BOOK
                else Subscription(pair=task.pair, channel=channel, depth=task.depth)
                for channel in task.channels
            )
        for address, subscriptions in wanted.items():
            market = self._market(address)
            if market is None:
                continue
            market.wanted = subscriptions
            if subscriptions:
                self._know_instruments(market)
            if market.asked:
                market.pool.want(subscriptions)

    def snapshots(self) -> None:
        """Write down whole the books whose time has come."""
        for market in self.collected.values():
            self._ledger.snapshots(market.feed, market.streams.values())

    def streams(self, tasks: Iterable[Task]) -> dict[str, Stream]:
        """Give the books of tasks by the tasks' keys, as far as anything was heard of them."""
        found: dict[Address, Mapping[Pair, Stream]] = {}
        books: dict[str, Stream] = {}
        for task in tasks:
            address = task.venue, task.market
            if address not in found:
                market = self.collected.get(address)
                found[address] = {} if market is None else market.streams
            if task.pair in found[address]:
                books[task.key] = found[address][task.pair]
        return books

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*(self._close(market) for market in self.collected.values()))

    async def _close(self, market: Collected) -> None:
        if market.asking is not None:
            market.asking.cancel()
            await asyncio.wait([market.asking])
        await market.pool.close()

    def _market(self, address: Address) -> Collected | None:
        if address not in self.collected:
            try:
                feed = feeds.get(*address)
            except JanymError as error:
                self.unknown[address] = str(error)
                return None
            self.collected[address] = self._begin(feed)
        return self.collected[address]

    def _begin(self, feed: Feed) -> Collected:
        addresses = self._settings.endpoints.get(f"{feed.venue}/{feed.market}", {})
        rest = addresses.get("rest", feed.rest)
        endpoints = [
            replace(endpoint, url=addresses.get(endpoint.name, endpoint.url))
            for endpoint in feed.endpoints
        ]
        sharers = self._settings.sharers
        host = urlsplit(endpoints[0].url).netloc
        room = Room(
            feed=feed,
            endpoints=endpoints,
            rest=rest,
            dial=self._world.dial,
            fetching=self._world.fetching,
            connects=self._budget("connects", host, pace(feed.limits.connections, sharers=sharers)),
            weight=self._budget(
                "weight", urlsplit(rest).netloc, pace(feed.limits.weight, sharers=sharers)
            ),
            steady=self._world.steady,
            now_ns=self._world.now_ns,
            chance=self._world.chance,
        )
        most = self._settings.pairs_per_connection
        return Collected(room, Pool(room, self._router(feed), most_pairs=most))

    def _router(self, feed: Feed) -> Callable[[Link, object], None]:
        """Give what hands the news of a market on: first it is written down (S4-023)."""
        write = self._ledger.hears(feed)
        tell = listeners.hears(self._subscribers, feed)

        def hear(link: Link, effect: object) -> None:
            write(link, effect)
            tell(effect)

        return hear

    def _budget(self, kind: str, host: str, allowed: Pace) -> Budget:
        """Give the budget of an address, which two markets of a venue may share."""
        if (kind, host) not in self._budgets:
            self._budgets[kind, host] = Budget(allowed, self._world.steady)
        return self._budgets[kind, host]

    def _know_instruments(self, market: Collected) -> None:
        """See to it that the venue is asked what it lists, from time to time."""
        if market.asking is not None and market.asking.done():
            market.asking.result()
            market.asking = None
        if market.asking is None and asyncio.get_running_loop().time() >= market.ask_at:
            market.asking = asyncio.create_task(self._learn(market))

    async def _learn(self, market: Collected) -> None:
        """Ask the venue what it lists; until it answers the last list serves."""
        feed, roster = market.feed, self._world.roster
        told = await self._ask(market)
        again_in_s = LISTED_FOR_S if told else TRY_AGAIN_S
        market.ask_at = asyncio.get_running_loop().time() + again_in_s
        listings = told
        if not told and not market.listings:
            listings = await self._kept(lambda: roster.listings(feed.venue, feed.market))
        market.listings.update({listing.pair: listing for listing in listings})
        market.pool.know(market.listings)
        market.asked = True
        market.pool.want(market.wanted)
        if told:
            await self._kept(lambda: roster.list(told, at=self._world.now()))

    async def _kept(self, work: Callable[[], Sequence[Listing] | None]) -> Sequence[Listing]:
        """Reach for instruments in Postgres, for one market at a time.

        While it is away each call holds a thread until it gives up; the writer needs one too.
        """
        async with self._keeping:
            try:
                return await asyncio.to_thread(work) or ()
            except StoreAway as away:
                LOG.warning("instruments are not kept: %s", away)
                return ()

    async def _ask(self, market: Collected) -> Sequence[Listing]:
        """Fetch all pages of a market's list; nothing where one of them does not come."""
        listings: list[Listing] = []
        request: Request | None = market.feed.instruments()
        while request is not None:
            await market.room.weight.take(request.weight)
            answer = await market.room.fetching.fetch(market.room.rest, request)
            if answer.status in TOO_MANY:
                market.room.weight.close_for(answer.retry_after_s or PATIENCE_S)
            if answer.status != 200:
                market.trouble = f"instruments: HTTP {answer.status}"
                return ()
            try:
                page = market.feed.page(request, answer.body)
            except JanymError as error:
                market.trouble = f"instruments: {error}"
                return ()
            listings.extend(page.listings)
            request = page.following
        market.trouble = ""
        return listings
