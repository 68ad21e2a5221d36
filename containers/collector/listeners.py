"""Tells listeners at the door of a book's changes, each by the policy that it chose.

    GET /books/{venue}/{market}/{base}/{quote}/updates?policy=every|newest    a WebSocket
    {"type": "book", "state": …, "sequence": …, "bids": […], "asks": […], "lost": 0}
    {"type": "update", "sequence": …, "snapshot": false, "bids": [[price, size]], "asks": […]}

`every` begins with the whole book and goes on with each change; a size of 0 takes a level out, a
`snapshot` is whole. The whole book comes again after a loss, after a change of its state, and after
half a minute without news. `newest` sends the best levels as they are when the listener is ready
for them. Levels are there only while the book is right.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any

from aiohttp import WSCloseCode, web

from containers.collector.door import MOST_LEVELS, problem
from janym.book.message import BookLive, BookStale
from janym.book.subscribers import News, Policy, Subscriber, Subscribers
from janym.domain.market import BookUpdate, Level, Market, Pair, Scale, VenueId
from janym.ports.feeds import Feed
from janym.ports.market_history import Place

MOST = 100
"""Listeners at a time."""
SHOWN = 20
"""Best levels that `newest` shows."""
KEPT = 1_000
"""News that waits for a listener to `every`."""
BEAT_S = 30.0
"""A listener that answers no ping for so long is gone."""

QUIET_S = 30.0
"""After so long without news the book is looked at again: it may be collected here no more."""

Show = Callable[[str, str, str, int], dict[str, Any] | None]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def hears(subscribers: Subscribers[Place], feed: Feed) -> Callable[[object], None]:
    """Give what tells listeners the news of a market."""
    venue, market = feed.venue, feed.market

    def hear(effect: object) -> None:
        if not subscribers.here:
            return
        if isinstance(effect, BookUpdate | BookLive):
            subscribers.tell(Place(venue, market, effect.pair), effect)
        elif isinstance(effect, BookStale):
            subscribers.tell(Place(venue, market, effect.gap.pair), effect)

    return hear


class Listeners:
    """Lets them in, and tells each at its own pace.

    Args:
        subscribers: who is told by the connections.
        show: gives a book as the door shows it, None where it is not collected here.
    """

    def __init__(self, subscribers: Subscribers[Place], show: Show) -> None:
        self._subscribers = subscribers
        self._show = show

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one listener until it leaves."""
        asked = request.match_info
        place = asked["venue"], asked["market"], f"{asked['base']}/{asked['quote']}"
        policy = request.query.get("policy", Policy.EVERY)
        if policy not in set(Policy):
            reason = f"policy is {policy!r}; wanted: {' or '.join(Policy)}"
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "INVALID_INPUT", reason)
        if self._show(*place, 1) is None:
            reason = f"{' '.join(place)} is not collected here"
            return problem(HTTPStatus.NOT_FOUND, "NOT_FOUND", reason)
        if self._subscribers.here >= MOST:
            reason = f"{MOST} listeners are here already"
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "BUSY", reason)
        socket = web.WebSocketResponse(heartbeat=BEAT_S)
        await socket.prepare(request)
        telling = asyncio.create_task(self.tell(place, Policy(policy), socket.send_json))
        telling.add_done_callback(lambda _: asyncio.ensure_future(_end(socket)))
        async for _ in socket:
            pass  # what it says is of no interest
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await telling
        return socket

    async def tell(
        self, place: tuple[str, str, str], policy: Policy, send: Send, *, limit: int = KEPT
    ) -> None:
        """Tell one listener for as long as its book is collected here.

        Args:
            place: venue, market, pair.
            policy: what it wants when it is slow.
            send: returns when the listener can take more.
            limit: how much waits for it, where it wants every change.
        """
        venue, market, pair = place
        key = Place(VenueId(venue), Market(market), Pair(pair))
        news = asyncio.Event()
        subscriber = Subscriber(policy, limit=limit, wake=news.set)
        self._subscribers.add(key, subscriber)
        levels = MOST_LEVELS if policy is Policy.EVERY else SHOWN
        try:
            while (whole := self._show(*place, levels)) is not None:
                subscriber.fetch()  # the whole book holds it
                news.clear()
                lost = subscriber.lost
                await send({"type": "book", **whole, "lost": lost})
                await _follow(subscriber, news, lost, send)
        finally:
            self._subscribers.remove(key, subscriber)


async def _follow(subscriber: Subscriber, news: asyncio.Event, lost: int, send: Send) -> None:
    """Send changes until the whole book has to come again."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), QUIET_S)
        waiting = subscriber.fetch()
        news.clear()
        follows = waiting and subscriber.policy is Policy.EVERY and subscriber.lost == lost
        if not follows or not all(isinstance(each, BookUpdate) for each in waiting):
            return
        for each in _written(waiting):
            await send(each)


def _written(news: Sequence[News]) -> list[dict[str, Any]]:
    return [
        {
            "type": "update",
            "sequence": each.sequence,
            "snapshot": each.snapshot,
            "bids": _levels(each.bids, each.scale),
            "asks": _levels(each.asks, each.scale),
        }
        for each in news
        if isinstance(each, BookUpdate)
    ]


def _levels(levels: Sequence[Level], scale: Scale) -> list[list[str]]:
    return [[f"{scale.price(ticks):f}", f"{scale.size(lots):f}"] for ticks, lots in levels]


async def _end(socket: web.WebSocketResponse) -> None:
    await socket.close(code=WSCloseCode.GOING_AWAY)
