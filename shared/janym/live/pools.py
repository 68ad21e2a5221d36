"""The connections to one market of one venue: pairs are spread over them, and moved with care.

A connection carries at most as many pairs as the venue or we allow; the next pair opens another.
One that grows old is replaced without losing an update: its successor shares its books, is asked
for the same, and must have been given it all before the old one goes.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from janym.domain.market import Listing, Pair, Subscription
from janym.live.links import Link, LinkState, Lost, Room
from janym.ports.feeds import Close, Endpoint

OVERLAP_S = 5.0
"""How long a proven successor and the old connection both deliver."""
PROVE_WITHIN_S = 120.0
"""A successor that is not proven by then is given up, and another is tried."""
LOOK_EVERY_S = 0.5


@dataclass(slots=True)
class _Running:
    """A connection and the task that keeps it."""

    link: Link
    task: asyncio.Task[None]


class Pool:
    """Subscriptions of one market, spread over connections.

    Args:
        room: what the connections share.
        hear: is told what becomes known, with the connection it came by.
        most_pairs: how many pairs one connection carries; the venue's limit may be smaller.
    """

    def __init__(
        self, room: Room, hear: Callable[[Link, object], None], *, most_pairs: int = 50
    ) -> None:
        self._room = room
        self._told = hear
        self._most_pairs = min(most_pairs, room.feed.limits.pairs)
        self._listings: dict[Pair, Listing] = {}
        self._running: list[_Running] = []
        self._renewals: dict[Link, asyncio.Task[None]] = {}

    @property
    def links(self) -> list[Link]:
        """The connections, those that are being replaced included."""
        return [running.link for running in self._running]

    @property
    def subscriptions(self) -> frozenset[Subscription]:
        """What is asked for."""
        return frozenset(each for link in self.links for each in link.session.subscriptions)

    def know(self, listings: Mapping[Pair, Listing]) -> None:
        """Take note of what can be subscribed to."""
        self._listings.update(listings)

    def want(self, wanted: Iterable[Subscription]) -> None:
        """Subscribe to what is new, and drop what is wanted no longer."""
        asked = frozenset(wanted)
        for link in self.links:
            unwanted = sorted(link.session.subscriptions - asked, key=str)
            if unwanted:
                link.unsubscribe(unwanted)
            if not link.session.subscriptions:
                self._end(link)
        new = asked - self.subscriptions
        for endpoint in self._room.endpoints:
            mine = [each for each in new if each.channel in endpoint.channels]
            self._place(endpoint, mine)

    async def close(self) -> None:
        """Close every connection, and return when all are over."""
        for renewal in self._renewals.values():
            renewal.cancel()
        tasks = [running.task for running in self._running]
        for running in self._running:
            running.link.leave()
            running.task.cancel()
        await asyncio.gather(*tasks, *self._renewals.values(), return_exceptions=True)
        self._running.clear()
        self._renewals.clear()

    def _place(self, endpoint: Endpoint, new: list[Subscription]) -> None:
        """Put subscriptions where there is room, all of a pair together."""
        by_pair: dict[Pair, list[Subscription]] = {}
        for each in sorted(new, key=str):
            by_pair.setdefault(each.pair, []).append(each)
        carried = {
            link: set(link.session.subscriptions)
            for link in self.links
            if link.endpoint is endpoint and link not in self._renewals
        }
        added: dict[Link, list[Subscription]] = {}
        for subscriptions in by_pair.values():
            link = next((one for one in carried if self._fits(carried[one], subscriptions)), None)
            if link is None:
                link = self._begin(endpoint)
                carried[link] = set()
            carried[link].update(subscriptions)
            added.setdefault(link, []).extend(subscriptions)
        for link, subscriptions in added.items():
            link.subscribe(subscriptions)

    def _fits(self, carried: set[Subscription], more: list[Subscription]) -> bool:
        together = carried.union(more)
        topics = self._room.feed.limits.topics
        pairs = {each.pair for each in together}
        return len(pairs) <= self._most_pairs and (topics is None or len(together) <= topics)

    def _begin(self, endpoint: Endpoint, *, inherits: Link | None = None) -> Link:
        session = self._room.feed.session(
            endpoint, self._listings, inherits=None if inherits is None else inherits.session
        )
        link = Link(self._room, endpoint, session, self._hear)
        self._running.append(_Running(link, asyncio.create_task(link.run())))
        return link

    def _end(self, link: Link) -> None:
        renewal = self._renewals.pop(link, None)
        if renewal is not None:
            renewal.cancel()
        link.leave()
        for running in [each for each in self._running if each.link is link]:
            self._running.remove(running)
            running.task.cancel()

    def _hear(self, link: Link, effect: object) -> None:
        if type(effect) is Close:
            if link not in self._renewals:
                self._renewals[link] = asyncio.create_task(self._renew(link))
            return
        if isinstance(effect, Lost):
            carried = {each for other in self.links for each in other.proof.taken}
            effect = replace(effect, subscriptions=effect.subscriptions - carried)
        self._told(link, effect)

    async def _renew(self, old: Link) -> None:
        """Bring up a successor, prove it, and only then close the old connection."""
        while True:
            successor = self._begin(old.endpoint, inherits=old)
            successor.subscribe(sorted(old.session.subscriptions, key=str))
            if await self._prove(old, successor):
                break
            self._end(successor)
        del self._renewals[old]
        self._end(old)

    async def _prove(self, old: Link, successor: Link) -> bool:
        """Wait until both have delivered side by side for a while, or the old one is lost."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + PROVE_WITHIN_S
        proven_at: float | None = None
        while loop.time() < give_up:
            await asyncio.sleep(LOOK_EVERY_S)
            if not successor.proven:
                proven_at = None
            elif proven_at is None:
                proven_at = loop.time()
            elif loop.time() - proven_at >= OVERLAP_S or old.state is not LinkState.OPEN:
                return True
        return False
