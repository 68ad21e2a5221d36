"""Pushing: in order, at least once, and a slow or absent reader harms nobody else."""

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from janym.domain.errors import Forbidden, InvalidInput, NotFound, Unavailable
from janym.domain.ids import BotId, OrganizationId
from janym.domain.live import (
    AUTHORIZED_FOR,
    LONGEST_BACKLOG,
    Book,
    Connection,
    ConnectionId,
    Event,
    EventKind,
    Ticket,
)
from janym.ports.live import Gone, TooSlow, Waiting
from janym.usecases import live
from janym.usecases.live import Pusher
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.world import ADMIN, ANA, EVE, World

ONE, TWO = ConnectionId("one"), ConnectionId("two")


class MemoryFeeds:
    """Events and sockets of one organization, in memory."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.tickets: dict[bytes, Ticket] = {}
        self.sockets: dict[ConnectionId, Connection] = {}
        self.stands: dict[ConnectionId, dict[str, int]] = {}
        self.busy: dict[ConnectionId, datetime] = {}
        self.trimmed = 0
        self.integrators_behind = False
        self.numbered = 0

    def happen(self, topic: str, kind: EventKind = EventKind.ORDER) -> None:
        number = len(self.events) + 1
        self.events.append(
            Event(number=number, topic=topic, kind=kind, at=NOON, data={"n": number})
        )

    def take_ticket(self, hash_: bytes, *, now: datetime) -> Ticket | None:
        ticket = self.tickets.pop(hash_, None)
        return ticket if ticket is not None and ticket.expires_at > now else None

    def open(self, connection: Connection) -> None:
        self.sockets[connection.id] = connection
        self.stands.setdefault(connection.id, {})

    def find(self, connection: ConnectionId) -> Connection | None:
        return self.sockets.get(connection)

    def close(self, connection: ConnectionId) -> None:
        self.sockets.pop(connection, None)
        self.stands.pop(connection, None)

    def has_bot(self, organization: OrganizationId, bot: BotId) -> bool:
        return organization == ANA.organization and bot.int == 1

    def has_book(self, organization: OrganizationId, book: Book) -> bool:
        return organization == ANA.organization and book.pair == "BTC/USDT"

    def subscribe(
        self, connection: Connection, topics: Sequence[str], *, after: int | None
    ) -> tuple[int, bool]:
        head = len(self.events)
        for topic in topics:
            self.stands[connection.id][topic] = head if after is None else after
        return head, True

    def unsubscribe(self, connection: ConnectionId, topics: Sequence[str]) -> None:
        for topic in topics:
            self.stands[connection].pop(topic, None)

    def number(self) -> None:
        self.numbered += 1

    def unpublished(self) -> bool:
        return self.integrators_behind

    def trim(self, *, now: datetime) -> None:
        del now
        self.trimmed += 1

    def behind(self, *, now: datetime, limit: int) -> Sequence[Connection]:
        return [
            each
            for key, each in list(self.sockets.items())[:limit]
            if self.busy.get(key, now) <= now and self.waiting(key, limit=1).events
        ]

    def expired(self, *, now: datetime) -> Sequence[ConnectionId]:
        return [key for key, each in self.sockets.items() if each.authorized_until <= now]

    def lease(self, connection: ConnectionId, *, now: datetime) -> bool:
        if connection not in self.sockets or self.busy.get(connection, now) > now:
            return False
        self.busy[connection] = now + timedelta(seconds=30)
        return True

    def release(self, connection: ConnectionId, *, rest_until: datetime | None) -> None:
        self.busy.pop(connection, None)
        if rest_until is not None:
            self.busy[connection] = rest_until

    def waiting(self, connection: ConnectionId, *, limit: int) -> Waiting:
        stands = self.stands.get(connection, {})
        due = [e for e in self.events if e.topic in stands and e.number > stands[e.topic]][:limit]
        return Waiting(events=due, after={e.topic: stands[e.topic] for e in due})

    def sent(self, connection: ConnectionId, after: Mapping[str, int], *, number: int) -> None:
        stands = self.stands[connection]
        stands |= {topic: number for topic in after if stands.get(topic) == after[topic]}

    def newest(self, connection: ConnectionId) -> int:
        del connection
        return len(self.events)


class FakeSockets:
    """Takes frames, as long as the other end reads."""

    def __init__(self) -> None:
        self.frames: dict[ConnectionId, list[Any]] = {ONE: [], TWO: []}
        self.refusals: dict[ConnectionId, list[Exception | None]] = {}
        self.closed: list[ConnectionId] = []
        self.away = False
        self.hold: threading.Barrier | None = None

    def send(self, connection: ConnectionId, frame: bytes) -> None:
        if self.hold is not None:
            self.hold.wait(timeout=30)
        refusals = self.refusals.get(connection, [])
        if refusals and (refusal := refusals.pop(0)) is not None:
            raise refusal
        self.frames[connection].append(json.loads(frame))

    def close(self, connection: ConnectionId) -> None:
        if self.away:
            raise Unavailable("API Gateway does not answer")
        self.closed.append(connection)

    def ids(self, connection: ConnectionId) -> list[int]:
        return [frame["id"] for frame in self.frames[connection]]


class Scene:
    def __init__(self) -> None:
        self.feeds, self.sockets, self.clock = MemoryFeeds(), FakeSockets(), FakeClock()
        self.reports: list[str] = []
        self.asked: list[int] = []
        self.pusher = Pusher(
            publish=lambda: self.asked.append(self.feeds.numbered),
            feeds=self.feeds,
            sockets=self.sockets,
            clock=self.clock,
            report=lambda what, _: self.reports.append(what),
        )
        for key in (ONE, TWO):
            self.feeds.open(
                Connection(
                    id=key,
                    organization=ANA.organization,
                    user=ANA.user,
                    role=ANA.role,
                    connected_at=NOON,
                    authorized_until=NOON + AUTHORIZED_FOR,
                )
            )

    def listen(self, key: ConnectionId, *topics: str) -> None:
        live.subscribe(self.feeds.sockets[key], topics, after=None, feeds=self.feeds)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_each_socket_hears_its_topics_in_order(scene: Scene) -> None:
    """S0-036."""
    scene.listen(ONE, "bots", "alerts")
    scene.listen(TWO, "alerts")
    for topic in ("bots", "alerts", "bots", "commands"):
        scene.feeds.happen(topic)

    assert scene.pusher.push() == 2
    assert (scene.sockets.ids(ONE), scene.sockets.ids(TWO)) == ([1, 2, 3], [2])
    assert scene.pusher.push() == 0, "nothing is sent a second time"


def test_a_slow_socket_holds_up_nobody_and_goes_on_where_it_was(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    scene.listen(TWO, "bots")
    for _ in range(4):
        scene.feeds.happen("bots")
    scene.sockets.refusals[ONE] = [None, None, TooSlow("no more for now")]

    scene.pusher.push()
    assert (scene.sockets.ids(ONE), scene.sockets.ids(TWO)) == ([1, 2], [1, 2, 3, 4])
    assert scene.pusher.push() == 0, "it is left alone for a while"
    scene.clock.advance(seconds=2)
    scene.pusher.push()
    assert scene.sockets.ids(ONE) == [1, 2, 3, 4]


def test_sockets_are_written_to_at_once(scene: Scene) -> None:
    """Each waits in its send until the other does too: one after the other would never end."""
    scene.listen(ONE, "bots")
    scene.listen(TWO, "bots")
    scene.feeds.happen("bots")
    scene.sockets.hold = threading.Barrier(2)

    scene.pusher.push()

    assert (scene.sockets.ids(ONE), scene.sockets.ids(TWO)) == ([1], [1])


def test_an_answer_that_was_lost_is_sent_again(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    scene.feeds.happen("bots")
    scene.sockets.refusals[ONE] = [Unavailable("no answer")]

    scene.pusher.push()
    scene.clock.advance(seconds=2)
    scene.pusher.push()

    assert scene.sockets.ids(ONE) == [1]


def test_a_closed_socket_is_forgotten(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    scene.feeds.happen("bots")
    scene.sockets.refusals[ONE] = [Gone("closed")]

    scene.pusher.push()

    assert list(scene.feeds.sockets) == [TWO]


def test_who_is_far_behind_is_told_to_read_anew(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    for _ in range(LONGEST_BACKLOG + 1):
        scene.feeds.happen("bots")

    scene.pusher.push()
    scene.feeds.happen("bots")
    scene.pusher.push()

    resync, frame = scene.sockets.frames[ONE]
    assert resync == {"type": "resync", "topics": ["bots"], "id": LONGEST_BACKLOG + 1}
    assert frame["id"] == LONGEST_BACKLOG + 2


def test_a_resync_that_did_not_arrive_is_told_again(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    for _ in range(LONGEST_BACKLOG + 1):
        scene.feeds.happen("bots")
    scene.sockets.refusals[ONE] = [Unavailable("no answer")]

    scene.pusher.push()
    scene.clock.advance(seconds=2)
    scene.pusher.push()

    assert [frame["type"] for frame in scene.sockets.frames[ONE]] == ["resync"]


def test_of_figures_and_of_the_log_only_the_newest_is_sent(scene: Scene) -> None:
    topic = "bot/00000000-0000-0000-0000-000000000001"
    scene.listen(ONE, topic)
    figures, log = EventKind.METRICS, EventKind.LOG
    for kind in (figures, log, EventKind.ORDER, log, figures):
        scene.feeds.happen(topic, kind)

    scene.pusher.push()

    assert scene.sockets.ids(ONE) == [3, 4, 5]
    assert scene.pusher.push() == 0


def test_what_comes_while_a_socket_is_served_is_not_left(scene: Scene) -> None:
    scene.listen(ONE, "bots")
    scene.feeds.happen("bots")
    release, feeds = scene.feeds.release, scene.feeds

    def late(connection: ConnectionId, *, rest_until: datetime | None) -> None:
        if len(feeds.events) == 1:
            feeds.happen("bots")
        release(connection, rest_until=rest_until)

    feeds.release = late
    scene.pusher.push()

    assert scene.sockets.ids(ONE) == [1, 2]


def test_a_sweep_closes_who_may_listen_no_longer(scene: Scene) -> None:
    """S0-142."""
    scene.clock.advance(minutes=15)
    scene.sockets.away = True
    assert scene.pusher.sweep() == 0
    assert set(scene.feeds.sockets) == {ONE, TWO}, "it is tried again"
    scene.sockets.away = False
    assert scene.pusher.sweep() == 2
    assert (scene.feeds.sockets, scene.feeds.trimmed) == ({}, 2)


def test_a_ticket_is_kept_as_a_hash_and_used_once(world: World, scene: Scene) -> None:
    """S0-140."""
    world.create_organization()
    with world.units(ANA.organization) as uow:
        issued = live.issue(uow, caller=ANA, clock=world.clock, randomness=world.randomness)
        uow.commit()
    [kept] = world.units.tables.tickets.values()
    scene.feeds.tickets = dict(world.units.tables.tickets)
    opened = live.connect(ONE, issued.ticket, feeds=scene.feeds, clock=scene.clock)

    assert issued.ticket.encode() not in kept.hash
    assert (opened.organization, opened.user, opened.role) == (
        ANA.organization,
        ANA.user,
        ANA.role,
    )
    with pytest.raises(Forbidden):
        live.connect(TWO, issued.ticket, feeds=scene.feeds, clock=scene.clock)


@pytest.mark.parametrize("other", [ADMIN, EVE], ids=["a colleague", "another organization"])
def test_anothers_ticket_renews_nothing(world: World, scene: Scene, other: Any) -> None:
    """S0-141."""
    world.create_organization(other)
    with world.units(other.organization) as uow:
        issued = live.issue(uow, caller=other, clock=world.clock, randomness=world.randomness)
        uow.commit()
    scene.feeds.tickets = dict(world.units.tables.tickets)

    with pytest.raises(Forbidden):
        live.renew(scene.feeds.sockets[ONE], issued.ticket, feeds=scene.feeds, clock=scene.clock)


@pytest.mark.parametrize(
    ("topic", "refusal"),
    [
        ("bot/00000000-0000-0000-0000-000000000002", NotFound),
        ("bot/1", InvalidInput),
        ("bot/00000000-0000-0000-0000-00000000000A", InvalidInput),
        ("book/binance/spot/ETH-USDT", InvalidInput),
        ("", InvalidInput),
    ],
)
def test_a_topic_that_is_not_there_is_refused(
    scene: Scene, topic: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        scene.listen(ONE, topic)
    assert scene.feeds.stands[ONE] == {}


def test_integrators_are_served_beside_sockets(scene: Scene) -> None:
    """Asked for once events are numbered, and only where somebody waits for them."""
    scene.pusher.push()
    scene.feeds.integrators_behind = True
    scene.pusher.push()

    assert scene.asked == [2]


def test_a_book_is_a_topic_where_it_is_collected(scene: Scene) -> None:
    topic = "book/okx/spot/BTC/USDT"
    scene.listen(ONE, topic)

    assert topic in scene.feeds.stands[ONE]
    with pytest.raises(NotFound, match="okx/spot/ETH/USDT"):
        scene.listen(ONE, "book/okx/spot/ETH/USDT")


@pytest.mark.parametrize(
    "topic",
    [
        "book/",
        "book/nyse/spot/BTC/USDT",
        "book/okx/margin/BTC/USDT",
        "book/okx/spot/BTC",
        "book/okx/spot/BTC/",
        "book/okx/spot/BTC/USDT/x",
    ],
)
def test_no_such_book_can_be_listened_to(scene: Scene, topic: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        scene.listen(ONE, topic)

    assert [each.field for each in refused.value.errors] == ["topics"]
    assert scene.feeds.stands[ONE] == {}
