"""A venue's session joined to a socket: one connection, begun anew for as long as it is wanted.

What a session says is carried out here: heartbeats go out at once, everything else in its turn
within the venue's budgets. Time passes for the session with every frame and with a timer, so that a
burst that takes long to read does not keep a heartbeat from going out.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from janym.domain.market import Subscription
from janym.live.backoff import Backoff
from janym.live.budgets import Budget, Now
from janym.live.fetching import Answer, Fetching
from janym.live.outbox import Outbox
from janym.live.sockets import ConnectionRefused, Dial, Socket
from janym.ports.feeds import (
    Alive,
    Close,
    Effects,
    Endpoint,
    Feed,
    Fetch,
    Refused,
    Request,
    Send,
    Session,
    Subscribed,
    Unknown,
)
from janym.ports.feeds import Dial as DialEffect

LOG = logging.getLogger(__name__)

TICK_S = 0.5
TICK_NS = 500_000_000
TOO_MANY = frozenset({403, 418, 429})
"""Answers by which venues say that an address asks too often."""
PATIENCE_S = 60.0
"""How long an address is quiet after such an answer that names no time."""
SET_BACK_NS = 1_000_000_000
"""A clock that went back by more is not corrected but another: what was heard "later" says nothing
of silence any more, and the connection begins anew by the new time."""

EARLIEST_END, ENDS_WITHIN = 0.7, 0.25
"""A connection is replaced when it has lived these parts of the life that the venue gives it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What all connections to one venue's market share."""

    feed: Feed
    endpoints: Sequence[Endpoint]
    """Where its endpoints are reached; the venue's own addresses, or others."""
    rest: str
    dial: Dial
    fetching: Fetching
    connects: Budget
    weight: Budget
    steady: Now
    """Time that nobody sets back, by which budgets are kept."""
    now_ns: Callable[[], int]
    chance: Callable[[], float]


class LinkState(StrEnum):
    """How far a connection is."""

    WAITING = "waiting"
    CONNECTING = "connecting"
    OPEN = "open"
    OVER = "over"


@dataclass(slots=True)
class Counters:
    """What a connection did since it was first made."""

    frames: int = 0
    bytes: int = 0
    connects: int = 0
    refusals: int = 0
    unknown: int = 0
    longest_tick_ns: int = 0
    """The longest time that passed between two ticks: how late a heartbeat could be."""
    last_reason: str = ""


@dataclass(slots=True)
class Proof:
    """What shows that a connection carries what was asked of it."""

    taken: set[Subscription] = field(default_factory=set[Subscription])


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A connection is gone that carried these."""

    subscriptions: frozenset[Subscription]
    reason: str
    heard_ns: int
    """When the last frame came."""
    at_ns: int


Hear = Callable[["Link", object], None]
"""Takes what became known: `BookUpdate`, `BookStale`, `BookLive`, `Trade`, `Bbo`, `Subscribed`,
`Refused`, `Unknown`, `Lost`, and `Close` where it is planned."""


class Link:
    """One connection to one endpoint, with its session."""

    def __init__(self, room: Room, endpoint: Endpoint, session: Session, hear: Hear) -> None:
        self.endpoint = endpoint
        self.session = session
        self.state = LinkState.WAITING
        self._counters = Counters()
        self.proof = Proof()
        self._room = room
        self._hear = hear
        self._socket: Socket | None = None
        self._over = asyncio.Event()
        self._leaving = False
        self._ticked_ns = self._heard_ns = 0
        self._ends_ns: int | None = None
        self._outbox: Outbox | None = None
        self._work: set[asyncio.Task[None]] = set()
        self._backoff = Backoff(chance=room.chance)
        self._address: asyncio.Future[str] | None = None
        self._ear = session.ear
        if self._ear:
            self._ear.join(hear, self, self.frame, room.now_ns)
            self.__dict__["frame"] = self._ear.frame  # hands on to the method what it cannot
        self._carry: dict[type, Callable[[Any], None]] = {
            Send: self._send,
            Fetch: self._fetch,
            Close: self._close,
            DialEffect: self._dialed,
            Alive: lambda _: None,
            Subscribed: self._subscribed,
            Refused: self._refused,
            Unknown: self._unknown,
        }

    # ---- what its pool asks of it

    def subscribe(self, wanted: Sequence[Subscription]) -> None:
        """Ask for more."""
        self._apply(self.session.subscribe(wanted, self._room.now_ns()))

    def unsubscribe(self, unwanted: Sequence[Subscription]) -> None:
        """Ask for less."""
        self._apply(self.session.unsubscribe(unwanted, self._room.now_ns()))

    async def run(self) -> None:
        """Connect, and again after each loss, until `leave`."""
        try:
            while not self._leaving:
                began = self._room.now_ns()
                await self._once()
                if self._leaving:
                    break
                self._backoff.lived((self._room.now_ns() - began) / 1e9)
                self.state = LinkState.WAITING
                await asyncio.sleep(self._backoff.wait_s())
        finally:
            self.state = LinkState.OVER
            self.leave()

    def leave(self) -> None:
        """Close for good. Books that another connection shares go on there."""
        self._leaving = True
        self._wake(0)
        self.closed("no longer wanted")
        self._drop()
        self._over.set()

    @property
    def counters(self) -> Counters:
        """What it did since it was first made."""
        if self._ear:
            frames, size = self._ear.counted()
            self._counters.frames += frames
            self._counters.bytes += size
        return self._counters

    @property
    def proven(self) -> bool:
        """Whether the venue took every subscription of this connection, and sends."""
        return (
            self.state is LinkState.OPEN
            and self.session.subscriptions <= self.proof.taken
            and self.counters.frames > len(self.proof.taken)
        )

    # ---- what its socket tells it

    def opened(self, socket: Socket) -> None:
        """`sockets.Listener`."""
        self._socket = socket
        self.state = LinkState.OPEN
        self.counters.connects += 1
        at_ns = self._ticked_ns = self._heard_ns = self._room.now_ns()
        self._wake(at_ns + TICK_NS)
        self.proof = Proof()
        self._ends_ns = self._end_of_life(at_ns)
        self._outbox = Outbox(socket, self._room.feed.limits, self._room.steady)
        self._spawn(self._outbox.run())
        self._spawn(self._ticking(socket))
        self._apply(self.session.opened(at_ns))

    def frame(self, payload: bytes) -> None:
        """`sockets.Listener`."""
        if self._leaving:
            return
        at_ns = self._heard_ns = self._room.now_ns()
        self._counters.frames += 1
        self._counters.bytes += len(payload)
        carry = self._carry
        for effect in self.session.receive(payload, at_ns):
            act = carry.get(type(effect))
            if act is None:
                self._hear(self, effect)
            else:
                act(effect)
        if at_ns - self._ticked_ns >= TICK_NS:
            self._tick(at_ns)

    def pinged(self) -> None:
        """`sockets.Listener`."""
        self.session.pinged(self._room.now_ns())

    def closed(self, reason: str) -> None:
        """`sockets.Listener`."""
        if self._socket is None:
            return
        self._drop()
        self.counters.last_reason = reason
        at_ns = self._room.now_ns()
        self._apply(self.session.closed(at_ns))
        lost = Lost(
            subscriptions=frozenset(self.proof.taken),
            reason=reason,
            heard_ns=min(at_ns, max(self._heard_ns, self._ear.heard_ns if self._ear else 0)),
            at_ns=at_ns,
        )
        self.proof = Proof()
        self._hear(self, lost)
        self._over.set()

    # ---- one connection

    async def _once(self) -> None:
        self._over.clear()
        self.state = LinkState.CONNECTING
        try:
            url = await self._where()
            await self._room.connects.take()
            if not self._leaving:
                await self._room.dial(url, self)
        except ConnectionRefused as refused:
            self.counters.refusals += 1
            self.counters.last_reason = refused.reason
            if refused.status in TOO_MANY:
                self._room.connects.close_for(refused.retry_after_s or PATIENCE_S)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, the next attempt may go well
            self._failed(error)
            return
        await self._over.wait()

    def _failed(self, error: BaseException) -> None:
        """End a connection by what nobody foresaw: it begins anew instead of standing still."""
        LOG.error("a connection to %s is given up", self.endpoint.name, exc_info=error)
        self.counters.refusals += 1
        self.counters.last_reason = reason = f"{type(error).__name__}: {error}"
        self.closed(reason)

    async def _where(self) -> str:
        """Ask the session for an address; some must fetch a token first."""
        self._address = asyncio.get_running_loop().create_future()
        self._apply(self.session.dial(self._room.now_ns()))
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._address
        except TimeoutError:
            raise ConnectionRefused(f"{self.endpoint.name}: no address to connect to") from None

    def _drop(self) -> None:
        socket, self._socket, self._outbox = self._socket, None, None
        for task in self._work:
            task.cancel()
        self._work.clear()
        if socket is not None:
            socket.close()

    def _end_of_life(self, at_ns: int) -> int | None:
        """Give when to replace this connection: well before the cut, and not when others are."""
        lifetime = self._room.feed.limits.lifetime_ns
        if lifetime is None:
            return None
        return at_ns + round(lifetime * (EARLIEST_END + ENDS_WITHIN * self._room.chance()))

    async def _ticking(self, socket: Socket) -> None:
        while self._socket is socket:
            await asyncio.sleep(TICK_S)
            self._tick(self._room.now_ns())

    def _tick(self, at_ns: int) -> None:
        late = at_ns - self._ticked_ns
        if late < -SET_BACK_NS:
            self.closed("the clock was set back")
            return
        self.counters.longest_tick_ns = max(self.counters.longest_tick_ns, late)
        self._ticked_ns = at_ns
        self._wake(at_ns + TICK_NS)
        self._apply(self.session.tick(at_ns))
        if self._ends_ns is not None and at_ns >= self._ends_ns:
            self._hear(self, Close(reason="the venue cuts what is older", planned=True))

    def _wake(self, at_ns: int) -> None:
        """Let frames that come from then on pass through `frame`, which looks at the time."""
        if self._ear:
            self._ear.wake_ns = at_ns

    # ---- what a session wants done

    def _apply(self, effects: Effects) -> None:
        for effect in effects:
            act = self._carry.get(type(effect))
            if act is None:
                self._hear(self, effect)
            else:
                act(effect)

    def _send(self, effect: Send) -> None:
        if self._outbox is not None:
            self._outbox.put(effect)

    def _fetch(self, effect: Fetch) -> None:
        self._spawn(self._fetched(effect.request))

    async def _fetched(self, request: Request) -> None:
        await self._room.weight.take(request.weight)
        answer = await self._room.fetching.fetch(self._room.rest, request)
        self._quieten(answer)
        at_ns = self._room.now_ns()
        self._apply(self.session.answered(request, answer.status, answer.body, at_ns))

    def _quieten(self, answer: Answer) -> None:
        if answer.status in TOO_MANY:
            self.counters.refusals += 1
            self._room.weight.close_for(answer.retry_after_s or PATIENCE_S)

    def _close(self, effect: Close) -> None:
        if effect.planned:
            self._hear(self, effect)
        elif self._socket is not None:
            self.closed(effect.reason)

    def _dialed(self, effect: DialEffect) -> None:
        if self._address is not None and not self._address.done():
            self._address.set_result(effect.url)

    def _subscribed(self, effect: Subscribed) -> None:
        self.proof.taken.add(effect.subscription)
        self._hear(self, effect)

    def _refused(self, effect: Refused) -> None:
        self.counters.refusals += 1
        self.counters.last_reason = effect.reason
        self._hear(self, effect)

    def _unknown(self, effect: Unknown) -> None:
        self.counters.unknown += 1
        self._hear(self, effect)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)
