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
    now_ns: Callable[[], int]
    chance: Callable[[], float]


class Collected:
    """One market: its pool, and the instruments that it knows."""

    def __init__(self, room: Room, pool: Pool) -> None:
        self.room = room
        self.pool = pool
        self.listings: dict[Pair, Listing] = {}
        self.refresh_at = 0.0
        self.trouble = ""

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

    async def collect(self, tasks: Iterable[Task]) -> None:
        """Subscribe to what tasks name, and to nothing else (S4-044, S4-048)."""
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
            if subscriptions:
                await self._know_instruments(market)
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
        await asyncio.gather(*(market.pool.close() for market in self.collected.values()))

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
            now=self._world.now,
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
            self._budgets[kind, host] = Budget(allowed, self._world.now)
        return self._budgets[kind, host]

    async def _know_instruments(self, market: Collected) -> None:
        """Ask the venue what it lists, from time to time; until it answers the last list serves."""
        loop = asyncio.get_running_loop()
        if loop.time() < market.refresh_at:
            return
        feed, roster = market.feed, self._world.roster
        listings = await self._ask(market)
        market.refresh_at = loop.time() + (LISTED_FOR_S if listings else TRY_AGAIN_S)
        try:
            if listings:
                await asyncio.to_thread(roster.list, listings, at=self._world.now())
            elif not market.listings:
                listings = await asyncio.to_thread(roster.listings, feed.venue, feed.market)
        except StoreAway as away:
            LOG.warning("instruments are not kept: %s", away)
        market.listings.update({listing.pair: listing for listing in listings})
        market.pool.know(market.listings)

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
