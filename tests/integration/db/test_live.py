"""Events and who is told of them: numbers without gaps, whoever writes at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from janym.db import live
from janym.db.live import LiveFeeds
from janym.domain.errors import InvalidInput
from janym.domain.ids import UserId
from janym.domain.live import LOG_LENGTH, MOST_TOPICS, Connection, ConnectionId, EventKind
from janym.domain.organization import Role
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    bot,
    command,
    fill,
    later,
    log,
    metrics,
    order,
    seed,
    status,
)

OURS, THEIRS = bot(), bot(key=OTHER)
TOPIC = f"bot/{OURS.id}"
SOCKET = ConnectionId("one")


def socket(key: str = "one", organization: Any = ACME) -> Connection:
    return Connection(
        id=ConnectionId(key),
        organization=organization,
        user=UserId("ana"),
        role=Role.VIEWER,
        connected_at=NOON,
        authorized_until=later(900),
    )


@pytest.fixture
def feeds(database: TestDatabase) -> LiveFeeds:
    seed(database.units("control"), OURS, THEIRS)
    return LiveFeeds(database.role("live"))


def hear(database: TestDatabase, *reports: Any) -> None:
    with database.units("ingest")(None) as uow:
        assert uow.telemetry.apply(reports) == []
        uow.commit()


def events(feeds: LiveFeeds, topics: list[str], *, after: int = 0) -> list[tuple[str, EventKind]]:
    feeds.open(socket())
    feeds.number()
    feeds.subscribe(socket(), topics, after=after)
    return [(e.topic, e.kind) for e in feeds.waiting(SOCKET, limit=1000).events]


def test_each_table_tells_what_became_true(database: TestDatabase, feeds: LiveFeeds) -> None:
    """S0-036: and nothing of what was rolled back."""
    with database.units("app")(ACME) as uow:
        uow.commands.add(command(OURS))
        uow.commit()
    with database.units("app")(ACME) as uow:
        uow.commands.add(command(OURS, "taken back"))
    hear(database, status_running(1), order(OURS, 2, "o1"), fill(OURS, 3, "t1", "o1"))
    seen = events(feeds, [TOPIC, "bots", "commands"])

    assert ("bots", EventKind.BOT) in seen
    assert seen.count(("commands", EventKind.COMMAND)) == 2, "asked, and carried out"
    assert {kind for topic, kind in seen if topic == TOPIC} == {
        EventKind.STATUS,
        EventKind.ORDER,
        EventKind.FILL,
        EventKind.COMMAND,
    }


def test_figures_and_the_log_are_told_to_who_listens(
    database: TestDatabase, feeds: LiveFeeds
) -> None:
    """S0-036: of the log until when it went on, however late a line comes."""
    hear(database, log(OURS, 1), metrics(OURS, 2))
    assert events(feeds, [TOPIC]) == []

    hear(database, log(OURS, 3), log(OURS, 4), log(THEIRS, 5), metrics(OURS, 6))
    feeds.number()

    waiting = feeds.waiting(SOCKET, limit=1000).events
    assert sorted(event.kind for event in waiting) == [EventKind.LOG, EventKind.METRICS]
    [told] = [event for event in waiting if event.kind is EventKind.LOG]
    assert told.topic == TOPIC
    assert told.data == {"bot_id": str(OURS.id), "timestamp": told.at.isoformat()}


def status_running(seq: int) -> Any:
    from janym.domain.bot import BotStatus  # noqa: PLC0415

    return status(OURS, seq, BotStatus.RUNNING)


def test_a_report_that_changes_nothing_tells_nothing(
    database: TestDatabase, feeds: LiveFeeds
) -> None:
    hear(database, status_running(1))
    before = len(events(feeds, [TOPIC]))
    hear(database, status_running(2))

    assert len(events(feeds, [TOPIC])) == before


def test_a_late_commit_gets_a_late_number(database: TestDatabase, feeds: LiveFeeds) -> None:
    """Who saw the newest number has seen all: an event that commits later is numbered later."""
    slow, fast = database.units("control"), database.units("ingest")
    feeds.open(socket())
    feeds.number()
    feeds.subscribe(socket(), [TOPIC, "commands"], after=None)
    with slow(ACME) as uow:
        uow.commands.add(command(OURS))
        with fast(None) as other:
            other.telemetry.apply([order(OURS, 2, "o1")])
            other.commit()
        feeds.number()
        first = feeds.waiting(SOCKET, limit=10)
        feeds.sent(SOCKET, first.after, number=first.events[-1].number)
        uow.commit()
    feeds.number()
    second = feeds.waiting(SOCKET, limit=10)

    assert [event.kind for event in first.events] == [EventKind.ORDER]
    assert {event.kind for event in second.events} == {EventKind.COMMAND}
    assert second.events[0].number > first.events[-1].number


def test_many_writers_and_numberers_leave_no_gap(database: TestDatabase, feeds: LiveFeeds) -> None:
    done = threading.Event()

    def write(lane: int) -> None:
        for count in range(20):
            owner = (OURS, THEIRS)[count % 2]
            hear(database, order(owner, lane * 1000 + count, f"o{lane}-{count}"))

    def number() -> None:
        while not done.is_set():
            feeds.number()

    with ThreadPoolExecutor(max_workers=6) as pool:
        numbering = [pool.submit(number) for _ in range(2)]
        writing = [pool.submit(write, lane) for lane in range(4)]
        for work in writing:
            work.result()
        done.set()
        for work in numbering:
            work.result()
    feeds.number()
    with database.admin() as admin:
        rows = admin.execute(
            "SELECT organization_id, array_agg(number ORDER BY number), max(head)"
            " FROM live_events JOIN live_feeds USING (organization_id) GROUP BY organization_id"
        ).fetchall()

    assert {row[0] for row in rows} == {ACME, OTHER}
    for _, numbers, head in rows:
        assert numbers == list(range(1, head + 1))


def test_a_topic_asked_for_again_starts_where_it_was_asked(
    database: TestDatabase, feeds: LiveFeeds
) -> None:
    """A pusher that was busy with the socket does not carry it past what it asked for."""
    hear(database, order(OURS, 1, "o1"))
    events(feeds, [TOPIC])
    busy = feeds.waiting(SOCKET, limit=10)
    hear(database, order(OURS, 2, "o2"))
    feeds.number()
    feeds.sent(SOCKET, busy.after, number=busy.events[-1].number)
    head, _ = feeds.subscribe(socket(), [TOPIC], after=0)
    feeds.sent(SOCKET, busy.after, number=head)
    feeds.subscribe(socket(), [TOPIC], after=busy.events[-1].number - 1)
    feeds.sent(SOCKET, busy.after, number=head)

    left = feeds.waiting(SOCKET, limit=10).events
    assert [event.data["client_order_id"] for event in left] == ["o1", "o2"]


def test_the_log_is_bounded_and_says_where_it_begins(
    database: TestDatabase, feeds: LiveFeeds
) -> None:
    feeds.number()
    feeds.open(socket())
    with database.admin() as admin:
        admin.execute(
            "INSERT INTO live_events (organization_id, topic, kind, at, data)"
            " SELECT 'acme', 'alerts', 'alert', now(), '{}' FROM generate_series(1, %s)",
            (LOG_LENGTH + 5,),
        )
    feeds.number()
    with database.admin() as admin:
        now = admin.execute("SELECT now()").fetchone()
    assert now is not None
    feeds.trim(now=now[0])
    head, whole = feeds.subscribe(socket(), ["alerts"], after=5)
    begins = feeds.subscribe(socket(), ["alerts"], after=head - LOG_LENGTH)
    future = feeds.subscribe(socket(), ["alerts"], after=head + 1)

    assert (whole, begins, future) == (False, (head, True), (head, False))
    feeds.trim(now=now[0] + timedelta(minutes=16))
    assert feeds.subscribe(socket(), ["alerts"], after=head) == (head, True)
    assert feeds.subscribe(socket(), ["alerts"], after=head - 1) == (head, False)


def test_after_an_outage_events_are_numbered_and_dropped_part_by_part(
    database: TestDatabase, feeds: LiveFeeds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No statement grows with what has waited, and no number is left out."""
    monkeypatch.setattr(live, "MOST", 4)
    feeds.number()
    with database.admin() as admin:
        admin.execute("DELETE FROM live_events")
        admin.execute("UPDATE live_feeds SET head = 0, whole_after = 0")
        admin.execute(
            "INSERT INTO live_events (organization_id, topic, kind, at, data)"
            " SELECT CASE n %% 3 WHEN 0 THEN 'acme' ELSE 'other' END, 'alerts', 'alert', now(),"
            " '{}' FROM generate_series(1, %s) AS n",
            (31,),
        )

    feeds.number()

    with database.admin() as admin:
        for organization, events in (("acme", 10), ("other", 21)):
            numbers = admin.execute(
                "SELECT number FROM live_events WHERE organization_id = %s ORDER BY id",
                (organization,),
            ).fetchall()
            assert [number for (number,) in numbers] == list(range(1, events + 1))
        now = admin.execute("SELECT now()").fetchone()
        assert now is not None
        feeds.trim(now=now[0] + timedelta(minutes=16))
        assert admin.execute("SELECT count(*) FROM live_events").fetchone() == (0,)
        cut = admin.execute("SELECT head, whole_after FROM live_feeds ORDER BY head").fetchall()
    assert cut == [(10, 10), (21, 21)]


def test_one_pusher_is_busy_with_a_socket(feeds: LiveFeeds) -> None:
    feeds.open(socket())
    assert feeds.lease(SOCKET, now=NOON)
    assert not feeds.lease(SOCKET, now=later(29))
    assert feeds.lease(SOCKET, now=later(30)), "whoever had it is gone"
    feeds.release(SOCKET, rest_until=later(40))
    assert not feeds.lease(SOCKET, now=later(39))
    feeds.release(SOCKET, rest_until=None)
    assert feeds.lease(SOCKET, now=later(39))


def test_a_socket_listens_to_so_many_topics(feeds: LiveFeeds) -> None:
    feeds.open(socket())
    topics = [f"bot/{number}" for number in range(MOST_TOPICS)]
    feeds.subscribe(socket(), topics, after=None)
    with pytest.raises(InvalidInput, match="at most 50"):
        feeds.subscribe(socket(), ["bots"], after=None)


def test_a_socket_hears_one_organization(database: TestDatabase, feeds: LiveFeeds) -> None:
    """S0-141: a topic of another's, even if it were asked for, is empty."""
    hear(database, order(THEIRS, 1, "secret"))
    theirs = f"bot/{THEIRS.id}"

    assert events(feeds, [theirs]) == []
    assert not feeds.has_bot(ACME, THEIRS.id)
    assert feeds.has_bot(OTHER, THEIRS.id)


@pytest.mark.parametrize("change", ["removed_at = now()", "role = 'trader'"])
def test_whose_membership_ended_or_changed_hears_nothing_more(
    database: TestDatabase, feeds: LiveFeeds, change: str
) -> None:
    """S0-142: at once, and the socket is closed with the next sweep."""
    feeds.open(socket())
    feeds.subscribe(socket(), [TOPIC], after=0)
    hear(database, order(OURS, 1, "o1"))
    feeds.number()
    with database.admin() as admin:
        admin.execute(
            "INSERT INTO members (organization_id, user_id, role, added_by, created_at, updated_at)"
            " VALUES ('acme', 'ana', 'viewer', 'admin', now(), now())"
        )
        before = feeds.behind(now=NOON, limit=10), feeds.expired(now=NOON)
        admin.execute(f"UPDATE members SET {change}".encode())  # noqa: S608 - the test's own words

    assert ([each.id for each in before[0]], before[1]) == ([SOCKET], [])
    assert feeds.behind(now=NOON, limit=10) == []
    assert feeds.expired(now=NOON) == [SOCKET]
