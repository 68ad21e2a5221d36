"""What waits to be delivered, and what gives way."""

import asyncio

import pytest

from janym.domain import topics
from janym.domain.topics import Topic
from janym.mqtt.outbox import Entry, Outbox


@pytest.fixture
async def outbox() -> Outbox:
    return Outbox(facts_limit=3, logs_limit=2)


def entry(topic: Topic, body: str = "", *, retain: bool = False) -> Entry:
    delivered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    return Entry(topic=topic, body=body.encode(), retain=retain, delivered=delivered)


def drained(outbox: Outbox) -> list[str]:
    bodies: list[str] = []
    while each := outbox.take():
        bodies.append(each.body.decode())
    return bodies


async def test_facts_and_logs_leave_in_the_order_they_were_told(outbox: Outbox) -> None:
    for topic, body in (
        (topics.ORDERS_NEW, "1"),
        (topics.LOGS_INFO, "2"),
        (topics.ORDERS_FILLED, "3"),
        (topics.LOGS_ERROR, "4"),
    ):
        outbox.add(entry(topic, body))

    assert drained(outbox) == ["1", "2", "3", "4"]


async def test_of_a_snapshot_the_newest_leaves_and_it_leaves_first(outbox: Outbox) -> None:
    old = entry(topics.STATUS, "old", retain=True)
    outbox.add(entry(topics.ORDERS_NEW, "order"))
    outbox.add(old)
    outbox.add(entry(topics.STATUS, "new"))

    first = outbox.take()

    assert first is not None
    assert first.body == b"new"
    assert old.delivered.result() is False
    assert drained(outbox) == ["order"]


async def test_a_heartbeat_in_place_of_a_retained_status_is_retained(outbox: Outbox) -> None:
    outbox.add(entry(topics.STATUS, "change", retain=True))
    outbox.add(entry(topics.STATUS, "heartbeat", retain=False))

    newest = outbox.take()

    assert newest is not None
    assert newest.retain


async def test_the_oldest_gives_way_and_is_counted(outbox: Outbox) -> None:
    oldest = entry(topics.ORDERS_NEW, "1")
    outbox.add(oldest)
    for body in ("2", "3", "4"):
        outbox.add(entry(topics.ORDERS_NEW, body))

    assert outbox.dropped() == {"orders/new": 1}
    assert outbox.dropped() == {}
    assert oldest.delivered.result() is False
    assert drained(outbox) == ["2", "3", "4"]


async def test_logs_push_out_no_fill(outbox: Outbox) -> None:
    outbox.add(entry(topics.ORDERS_FILLED, "fill"))
    for number in range(5):
        outbox.add(entry(topics.LOGS_INFO, f"log {number}"))

    assert drained(outbox) == ["fill", "log 3", "log 4"]


async def test_what_may_not_have_arrived_goes_back_to_its_place(outbox: Outbox) -> None:
    for body in ("1", "2", "3"):
        outbox.add(entry(topics.ORDERS_NEW, body))
    sent = [outbox.take(), outbox.take()]

    outbox.put_back([each for each in sent if each])

    assert drained(outbox) == ["1", "2", "3"]


async def test_a_fact_keeps_its_number_and_a_snapshot_gets_a_new_one(outbox: Outbox) -> None:
    fact, status = entry(topics.ORDERS_NEW), entry(topics.STATUS)
    fact.seq = status.seq = 9

    outbox.put_back([fact, status])

    assert (fact.seq, status.seq) == (9, None)


async def test_a_snapshot_put_back_gives_way_to_a_newer_one(outbox: Outbox) -> None:
    sent = entry(topics.STATUS, "sent", retain=True)
    outbox.add(entry(topics.STATUS, "newer"))

    outbox.put_back([sent])

    newer = outbox.take()
    assert newer is not None
    assert (newer.body, newer.retain) == (b"newer", True)
    assert sent.delivered.result() is False
