"""How far events are published to integrators, in PostgreSQL under the roles of AWS."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from janym.db.connection import Database
from janym.db.integrators import Outlets
from janym.db.live import LiveFeeds
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import OrganizationId, UserId
from janym.domain.integrator import Integrator, IntegratorId
from janym.domain.live import EventKind
from janym.ports.unit_of_work import Page
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import ACME, NOON, OTHER, bot, later, order, seed

OURS, THEIRS = bot(), bot(key=OTHER)


def integrator(organization: OrganizationId = ACME, **changes: Any) -> Integrator:
    fields: dict[str, Any] = {
        "id": IntegratorId(uuid4()),
        "organization": organization,
        "name": "desk",
        "certificate": "arn",
        "pem": "pem",
        "created_by": UserId("ada"),
        "created_at": NOON,
    }
    return Integrator(**(fields | changes))


class Scene:
    """Two organizations, and what becomes of their events."""

    def __init__(self, database: TestDatabase, live: Database) -> None:
        self.database, self.outlets, self.feeds = database, Outlets(live), LiveFeeds(live)
        seed(database.units("control"), OURS, THEIRS)
        self.feeds.number()

    def add(self, new: Integrator) -> Integrator:
        with self.database.units("app")(new.organization) as uow:
            uow.integrators.add(new)
            uow.commit()
        return new

    def revoke(self, known: Integrator) -> Integrator:
        revoked = replace(known, revoked_by=UserId("ada"), revoked_at=later(1))
        with self.database.units("app")(known.organization) as uow:
            uow.integrators.put(revoked)
            uow.commit()
        return revoked

    def hear(self, *reports: Any) -> None:
        with self.database.units("ingest")(None) as uow:
            assert uow.telemetry.apply(reports) == []
            uow.commit()
        self.feeds.number()


@pytest.fixture
def scene(database: TestDatabase) -> Generator[Scene]:
    live = Database(database.url("live"))
    yield Scene(database, live)
    live.close()


def test_what_happened_before_the_first_integrator_is_not_told(scene: Scene) -> None:
    scene.hear(order(OURS, 1, "before"))
    scene.add(integrator())
    assert scene.outlets.behind(now=NOON, limit=9) == []
    scene.hear(order(OURS, 2, "after"), order(THEIRS, 2, "theirs"))
    going = scene.outlets.waiting(ACME, limit=9)

    assert scene.outlets.behind(now=NOON, limit=9) == [ACME], "nobody reads of the other"
    assert [event.data["client_order_id"] for event in going.events] == ["after"]
    assert {event.kind for event in going.events} == {EventKind.ORDER}


def test_events_are_noted_as_published_once(scene: Scene) -> None:
    scene.add(integrator())
    for n in range(1, 6):
        scene.hear(order(OURS, n, f"o{n}"))
    first = scene.outlets.waiting(ACME, limit=3)
    scene.outlets.published(ACME, after=first.after, through=first.through)
    scene.outlets.published(ACME, after=first.after, through=first.through + 100)
    rest = scene.outlets.waiting(ACME, limit=3)

    assert [event.data["client_order_id"] for event in first.events] == ["o1", "o2", "o3"]
    assert [event.data["client_order_id"] for event in rest.events] == ["o4", "o5"]
    assert first.through == first.events[-1].number
    assert rest.after == first.through


def test_one_publishes_at_a_time_until_its_time_is_over(scene: Scene) -> None:
    scene.add(integrator())
    scene.hear(order(OURS, 1, "o1"))

    assert scene.outlets.lease(ACME, now=NOON)
    assert not scene.outlets.lease(ACME, now=later(30))
    assert scene.outlets.behind(now=later(30), limit=9) == []
    assert scene.outlets.lease(ACME, now=later(61)), "the first one died"
    scene.outlets.release(ACME, rest_until=later(70))
    assert not scene.outlets.lease(ACME, now=later(69))
    assert scene.outlets.lease(ACME, now=later(70))


def test_where_the_last_one_is_shown_out_nothing_is_published(scene: Scene) -> None:
    first, second = scene.add(integrator()), scene.add(integrator())
    gone = scene.revoke(first)
    assert [each.id for each in scene.outlets.ending(limit=9)] == [gone.id]
    scene.outlets.ended(gone, at=later(2))
    scene.hear(order(OURS, 1, "o1"))
    assert scene.outlets.behind(now=NOON, limit=9) == [ACME]
    scene.outlets.ended(scene.revoke(second), at=later(3))

    assert scene.outlets.behind(now=NOON, limit=9) == []
    assert not scene.outlets.lease(ACME, now=NOON)
    assert scene.outlets.waiting(ACME, limit=9).events == ()
    assert scene.outlets.ending(limit=9) == []


def test_what_the_log_lost_shows(scene: Scene) -> None:
    scene.add(integrator())
    scene.hear(order(OURS, 1, "o1"))
    with scene.database.admin() as admin:
        admin.execute("UPDATE live_events SET created_at = now() - interval '16 minutes'")
        rows = admin.execute("SELECT now()").fetchall()
    scene.feeds.trim(now=rows[0][0])
    going = scene.outlets.waiting(ACME, limit=9)

    assert going.events == []
    assert going.after < going.lost_through == going.through


def test_an_id_is_given_once_in_the_whole_platform(scene: Scene) -> None:
    """Though the other organization's row cannot be seen."""
    known = scene.add(integrator())

    with pytest.raises(AlreadyExists):
        scene.add(replace(known, organization=OTHER))


def test_an_organization_sees_its_own(scene: Scene) -> None:
    """S0-141 at the database: by key, in a list, and in a hostile query."""
    ours, theirs = scene.add(integrator()), scene.add(integrator(OTHER))
    with scene.database.units("app")(ACME) as uow:
        listed = uow.integrators.list(Page(limit=9, cursor=None)).items
        counted = uow.integrators.count_active()
        with pytest.raises(NotFound):
            uow.integrators.get(theirs.id)
        uow.integrators.put(replace(theirs, revoked_by=UserId("eve"), revoked_at=NOON))
        uow.commit()

    assert [each.id for each in listed] == [ours.id]
    assert counted == 1
    with scene.database.units("app")(OTHER) as uow:
        assert uow.integrators.get(theirs.id).revoked_at is None


@pytest.mark.parametrize("role", ["ingest", "alerts", "executor", "collector"])
def test_nobody_else_reads_or_writes_them(scene: Scene, role: str) -> None:
    with (
        psycopg.connect(scene.database.url(role)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SELECT 1 FROM integrators")
