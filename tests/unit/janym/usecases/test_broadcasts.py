"""Events go to integrators in order, again when in doubt, and never twice under two numbers."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from janym.domain.errors import Refused, Unavailable
from janym.domain.ids import OrganizationId
from janym.domain.integrator import Integrator, IntegratorId
from janym.domain.live import Event, EventKind
from janym.ports.integrators import Outgoing
from janym.usecases.broadcasts import BATCH, Broadcaster
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.outside import FakePasses
from tests.fakes.world import ACME, ADMIN, RIVAL

ONE, TWO = UUID(int=1), UUID(int=2)


class MemoryOutlets:
    """What of two organizations' events is published."""

    def __init__(self) -> None:
        self.events: dict[OrganizationId, list[Event]] = {ACME: [], RIVAL: []}
        self.done = {ACME: 0, RIVAL: 0}
        self.lost = {ACME: 0, RIVAL: 0}
        self.busy: dict[OrganizationId, datetime] = {}
        self.integrators: list[Integrator] = []

    def happen(
        self, bot: UUID, kind: EventKind = EventKind.ORDER, organization: OrganizationId = ACME
    ) -> int:
        number = len(self.events[organization]) + 1
        topic = f"bot/{bot}" if kind is not EventKind.BOT else "bots"
        event = Event(number=number, topic=topic, kind=kind, at=NOON, data={"n": number})
        self.events[organization].append(event)
        return number

    def behind(self, *, now: datetime, limit: int) -> Sequence[OrganizationId]:
        return [
            key
            for key, events in list(self.events.items())[:limit]
            if len(events) > self.done[key] and self.busy.get(key, now) <= now
        ]

    def lease(self, organization: OrganizationId, *, now: datetime) -> bool:
        if self.busy.get(organization, now) > now:
            return False
        self.busy[organization] = now + timedelta(minutes=1)
        return True

    def release(self, organization: OrganizationId, *, rest_until: datetime | None) -> None:
        self.busy.pop(organization)
        if rest_until is not None:
            self.busy[organization] = rest_until

    def waiting(self, organization: OrganizationId, *, limit: int) -> Outgoing:
        after, head = self.done[organization], len(self.events[organization])
        kept = [e for e in self.events[organization] if e.number > self.lost[organization]]
        told = [e for e in kept if e.number > after and e.kind is not EventKind.BOT][:limit]
        return Outgoing(
            events=told,
            after=after,
            through=told[-1].number if len(told) == limit else head,
            lost_through=self.lost[organization],
        )

    def published(self, organization: OrganizationId, *, after: int, through: int) -> None:
        if self.done[organization] == after:
            self.done[organization] = through

    def ending(self, *, limit: int) -> Sequence[Integrator]:
        return [each for each in self.integrators if each.ended_at is None][:limit]

    def ended(self, integrator: Integrator, *, at: datetime) -> None:
        self.integrators.remove(integrator)
        self.integrators.append(replace(integrator, ended_at=at))


class FakeBroadcast:
    """A broker that takes messages until it is told not to."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.asked = 0
        self.takes: int | None = None
        """How many more it takes; None for all."""
        self.refusal: Exception = Unavailable("the broker does not answer")
        self._lock = threading.Lock()

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        with self._lock:
            self.asked += 1
            if self.takes is not None:
                if self.takes == 0:
                    raise self.refusal
                self.takes -= 1
            self.taken.append((topic, payload))

    def ids(self, of: UUID, organization: OrganizationId = ACME) -> list[int]:
        begin = f"live/{organization}/bots/{of}/"
        return [payload["id"] for topic, payload in self.taken if topic.startswith(begin)]


class Scene:
    def __init__(self) -> None:
        self.outlets, self.broker, self.clock = MemoryOutlets(), FakeBroadcast(), FakeClock()
        self.passes = FakePasses()
        self.reports: list[str] = []
        self.broadcaster = Broadcaster(
            outlets=self.outlets,
            broadcast=self.broker,
            passes=self.passes,
            clock=self.clock,
            report=self.reports.append,
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_each_event_goes_to_its_bots_topic_once(scene: Scene) -> None:
    """Of all kinds, status, orders and executions go out."""
    scene.outlets.happen(ONE, EventKind.BOT)
    scene.outlets.happen(ONE, EventKind.STATUS)
    scene.outlets.happen(TWO, EventKind.FILL, RIVAL)
    scene.broadcaster.run()
    scene.broadcaster.run()

    assert scene.broker.taken == [
        (
            f"live/{ACME}/bots/{ONE}/status",
            {"v": 1, "id": 2, "at": NOON.isoformat(), "kind": "status", "data": {"n": 2}},
        ),
        (
            f"live/{RIVAL}/bots/{TWO}/fill",
            {"v": 1, "id": 1, "at": NOON.isoformat(), "kind": "fill", "data": {"n": 1}},
        ),
    ]


def test_a_bots_events_keep_their_order_beyond_a_batch(scene: Scene) -> None:
    numbers = [scene.outlets.happen(ONE if n % 3 else TWO) for n in range(2 * BATCH + 7)]
    scene.broadcaster.run()

    of_one, of_two = scene.broker.ids(ONE), scene.broker.ids(TWO)
    assert of_one == sorted(of_one)
    assert of_two == sorted(of_two)
    assert sorted(of_one + of_two) == numbers


@pytest.mark.parametrize("taken", range(6))
def test_what_the_broker_did_not_take_comes_later(scene: Scene, taken: int) -> None:
    """Wherever it goes away: nothing is lost, and a repetition has the number it had."""
    numbers = [scene.outlets.happen(bot) for bot in (ONE, TWO, ONE, TWO, ONE, ONE)]
    scene.broker.takes = taken
    scene.broadcaster.run()
    scene.broker.takes = None
    before = len(scene.broker.taken)
    scene.broadcaster.run()
    assert len(scene.broker.taken) == before, "it is left alone for a moment"
    scene.clock.advance(seconds=6)
    scene.broadcaster.run()

    assert sorted({*scene.broker.ids(ONE), *scene.broker.ids(TWO)}) == numbers
    for bot in (ONE, TWO):
        first_seen = list(dict.fromkeys(scene.broker.ids(bot)))
        assert first_seen == sorted(first_seen)
    assert any("UNAVAILABLE" in report for report in scene.reports)


def test_a_broker_that_is_away_is_asked_no_more_than_it_must(scene: Scene) -> None:
    """Every question may take seconds, and there are many bots and organizations."""
    for organization in (ACME, RIVAL):
        for n in range(200):
            scene.outlets.happen(UUID(int=n), organization=organization)
    scene.broker.takes = 0
    scene.broadcaster.run()

    assert scene.broker.asked <= 8


def test_one_organizations_bad_message_holds_up_no_other(scene: Scene) -> None:
    scene.outlets.happen(ONE)
    scene.outlets.happen(TWO, organization=RIVAL)
    scene.broker.takes, scene.broker.refusal = 0, Refused("too large")
    taking = scene.broker.publish

    def refuses_acme(topic: str, payload: dict[str, Any]) -> None:
        scene.broker.takes = 0 if topic.startswith(f"live/{ACME}/") else None
        taking(topic, payload)

    scene.broker.publish = refuses_acme
    scene.broadcaster.run()

    assert scene.broker.ids(TWO, RIVAL) == [1]
    assert scene.outlets.done == {ACME: 0, RIVAL: 1}


def test_events_that_are_not_kept_any_more_are_told_of(scene: Scene) -> None:
    """A gap is never passed over in silence."""
    for _ in range(4):
        scene.outlets.happen(ONE)
    scene.outlets.lost[ACME] = 3
    scene.broadcaster.run()

    assert scene.broker.taken[0] == (f"live/{ACME}/resync", {"v": 1, "id": 3})
    assert scene.broker.ids(ONE) == [4]


def test_two_at_once_publish_nothing_twice(scene: Scene) -> None:
    for _ in range(5):
        scene.outlets.happen(ONE)
    taking = scene.broker.publish

    def beside_another(topic: str, payload: dict[str, Any]) -> None:
        scene.broadcaster.run()
        taking(topic, payload)

    scene.broker.publish = beside_another
    scene.broadcaster.run()

    assert scene.broker.ids(ONE) == [1, 2, 3, 4, 5]


def test_a_revocation_reaches_the_broker_as_soon_as_it_answers(scene: Scene) -> None:
    gone = Integrator(
        id=IntegratorId(ONE),
        organization=ACME,
        name="desk",
        certificate=f"certificate of live-{ONE}",
        pem="",
        created_by=ADMIN.user,
        created_at=NOON,
        revoked_by=ADMIN.user,
        revoked_at=NOON,
    )
    scene.outlets.integrators.append(gone)
    scene.passes.good[gone.client_id] = ACME
    scene.passes.away = True
    scene.broadcaster.run()
    assert scene.outlets.integrators == [gone]
    scene.passes.away = False
    scene.broadcaster.run()

    assert scene.passes.good == {}
    assert [each.ended_at for each in scene.outlets.integrators] == [NOON]
