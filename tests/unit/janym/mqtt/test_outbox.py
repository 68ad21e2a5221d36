"""What waits to be delivered, and what gives way."""

from collections.abc import Generator
from pathlib import Path

import pytest

from janym.domain import topics
from janym.domain.topics import Topic
from janym.mqtt.outbox import Entry, Outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Generator[Outbox]:
    outbox = Outbox(tmp_path / "spool")
    yield outbox
    outbox.close()


@pytest.fixture
def small(tmp_path: Path) -> Outbox:
    """Has room for ten messages of a kilobyte."""
    return Outbox(tmp_path / "spool", limit_bytes=10_000)


def entry(topic: Topic, body: str = "", *, retain: bool = False) -> Entry:
    return Entry(topic=topic, body=body.encode(), retain=retain)


def long(text: str) -> str:
    return text.ljust(1_000)


def drained(outbox: Outbox) -> list[str]:
    bodies: list[str] = []
    while each := outbox.take():
        bodies.append(each.body.decode().strip())
    return bodies


def test_facts_and_logs_leave_in_the_order_they_were_told(outbox: Outbox) -> None:
    for topic, body in (
        (topics.ORDERS_NEW, "1"),
        (topics.LOGS_INFO, "2"),
        (topics.ORDERS_FILLED, "3"),
        (topics.LOGS_ERROR, "4"),
    ):
        outbox.add(entry(topic, body))

    assert drained(outbox) == ["1", "2", "3", "4"]


def test_order_survives_the_way_over_the_disk(outbox: Outbox, tmp_path: Path) -> None:
    """S0-102: nothing is lost within the bound, however much waits."""
    kinds = (topics.ORDERS_NEW, topics.LOGS_INFO, topics.ORDERS_FILLED)
    told = [str(number) for number in range(5_000)]
    for number in told:
        outbox.add(entry(kinds[int(number) % 3], long(number)))
    assert len(outbox) == len(told)
    assert any((tmp_path / "spool" / "facts").iterdir())

    assert drained(outbox) == told
    assert not any((tmp_path / "spool" / "facts").iterdir())


def test_what_is_told_while_a_backlog_leaves_leaves_after_it(outbox: Outbox) -> None:
    for number in range(1_000):
        outbox.add(entry(topics.ORDERS_NEW, long(str(number))))
    left = [outbox.take() for _ in range(500)]

    outbox.add(entry(topics.ORDERS_NEW, "last"))

    assert all(left)
    assert drained(outbox) == [*(str(number) for number in range(500, 1_000)), "last"]


def test_of_a_snapshot_the_newest_leaves_and_it_leaves_first(outbox: Outbox) -> None:
    outbox.add(entry(topics.ORDERS_NEW, "order"))
    outbox.add(entry(topics.STATUS, "old", retain=True))
    outbox.add(entry(topics.STATUS, "new"))

    assert drained(outbox) == ["new", "order"]


def test_a_heartbeat_in_place_of_a_retained_status_is_retained(outbox: Outbox) -> None:
    outbox.add(entry(topics.STATUS, "change", retain=True))
    outbox.add(entry(topics.STATUS, "heartbeat", retain=False))

    newest = outbox.take()

    assert newest is not None
    assert newest.retain


def test_the_oldest_logs_give_way_first_and_are_counted(small: Outbox) -> None:
    for number in range(10):
        topic = topics.LOGS_INFO if number % 2 else topics.ORDERS_FILLED
        small.add(entry(topic, long(str(number))))

    for number in range(10, 13):
        small.add(entry(topics.ORDERS_FILLED, long(str(number))))

    assert not small.roomy
    assert small.dropped() == {"logs/info": 3}
    assert small.dropped() == {}
    assert drained(small) == ["0", "2", "4", "6", "7", "8", "9", "10", "11", "12"]


def test_facts_give_way_once_no_log_is_left(small: Outbox) -> None:
    small.add(entry(topics.LOGS_INFO, long("log")))
    for number in range(12):
        small.add(entry(topics.ORDERS_FILLED, long(str(number))))

    assert small.dropped() == {"logs/info": 1, "orders/filled": 2}
    assert drained(small) == [str(number) for number in range(2, 12)]


def test_logs_push_out_no_fill(small: Outbox) -> None:
    small.add(entry(topics.ORDERS_FILLED, long("fill")))
    for number in range(20):
        small.add(entry(topics.LOGS_INFO, long(str(number))))

    assert drained(small) == ["fill", *(str(number) for number in range(11, 20))]


def test_a_disk_that_takes_no_more_is_a_bound_as_well(tmp_path: Path) -> None:
    """A log gives way to a fill; without one the fill is counted as lost."""
    (tmp_path / "spool").write_text("in the way of the folder")
    outbox = Outbox(tmp_path / "spool")

    outbox.add(entry(topics.LOGS_INFO, "log"))
    outbox.add(entry(topics.ORDERS_FILLED, long("fill") * 1_000))

    assert outbox.dropped() == {"logs/info": 1, "orders/filled": 1}
    assert drained(outbox) == []


def test_what_may_not_have_arrived_goes_back_to_its_place(outbox: Outbox) -> None:
    for body in ("1", "2", "3"):
        outbox.add(entry(topics.ORDERS_NEW, body))
    sent = [outbox.take(), outbox.take()]

    outbox.put_back([each for each in sent if each])

    assert drained(outbox) == ["1", "2", "3"]


def test_a_fact_keeps_its_number_and_a_snapshot_gets_a_new_one(outbox: Outbox) -> None:
    fact, status = entry(topics.ORDERS_NEW), entry(topics.STATUS)
    fact.seq = status.seq = 9

    outbox.put_back([fact, status])

    assert (fact.seq, status.seq) == (9, None)


def test_a_snapshot_put_back_gives_way_to_a_newer_one(outbox: Outbox) -> None:
    outbox.add(entry(topics.STATUS, "newer"))

    outbox.put_back([entry(topics.STATUS, "sent", retain=True)])

    newer = outbox.take()
    assert newer is not None
    assert (newer.body, newer.retain) == (b"newer", True)
    assert outbox.take() is None


def test_what_a_former_process_left_is_forgotten(outbox: Outbox, tmp_path: Path) -> None:
    for number in range(1_000):
        outbox.add(entry(topics.ORDERS_NEW, long(str(number))))

    assert drained(Outbox(tmp_path / "spool")) == []
