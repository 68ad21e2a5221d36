"""Messages in the store, by a clock that the test moves."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.aws.cloud import Queue
from local.aws.sqs_store import Depth, ReceiptInvalid, Sent, Store


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 20, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def queue(name: str = "jobs", dead_letter: str | None = None, most: int = 0) -> Queue:
    return Queue(
        name=name,
        arn=f"arn:{name}",
        url=f"http://{name}",
        visibility_timeout=30,
        wait_time=0,
        retention=60,
        delay=0,
        dead_letter=dead_letter,
        max_receive_count=most,
    )


JOBS = queue()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Generator[Store]:
    store = Store(tmp_path / "messages.db", clock.now)
    yield store
    store.close()


def bodies(store: Store, of: Queue = JOBS) -> list[str]:
    return [message.body for message in store.receive(of, 100)]


def test_messages_come_in_the_order_of_their_sending(store: Store) -> None:
    store.send("jobs", [Sent(body=str(number)) for number in range(5)])

    assert bodies(store) == ["0", "1", "2", "3", "4"]


def test_a_received_message_returns_after_its_visibility(store: Store, clock: Clock) -> None:
    store.send("jobs", [Sent(body="a")])
    assert bodies(store) == ["a"]
    clock.move(29)
    assert bodies(store) == []
    clock.move(1)

    assert [message.receives for message in store.receive(JOBS, 1)] == [2]


def test_a_delayed_message_waits(store: Store, clock: Clock) -> None:
    store.send("jobs", [Sent(body="a", delay=5)])
    assert store.depth("jobs") == Depth(visible=0, in_flight=0, delayed=1)
    clock.move(5)

    assert bodies(store) == ["a"]


def test_the_last_allowed_receive_is_the_last(store: Store, clock: Clock) -> None:
    jobs = queue(dead_letter="dead", most=2)
    store.send("jobs", [Sent(body="poison"), Sent(body="next", delay=61)])
    for _ in range(2):
        assert bodies(store, jobs) == ["poison"]
        clock.move(30)
    clock.move(1)

    assert bodies(store, jobs) == ["next"]
    assert bodies(store, queue("dead")) == ["poison"]


def test_dead_letters_go_back_to_where_they_died(store: Store) -> None:
    jobs = queue(dead_letter="dead", most=0)
    store.send("jobs", [Sent(body="poison")])
    assert bodies(store, jobs) == []

    assert store.move("dead", None) == {"jobs": 1}
    assert bodies(store) == ["poison"]


def test_an_older_receipt_neither_deletes_nor_hides(store: Store, clock: Clock) -> None:
    store.send("jobs", [Sent(body="a")])
    (first,) = store.receive(JOBS, 1)
    clock.move(30)
    store.receive(JOBS, 1)
    store.delete("jobs", [first.receipt])
    store.change_visibility("jobs", {first.receipt: 0})

    assert store.depth("jobs") == Depth(visible=0, in_flight=1, delayed=0)


def test_what_a_lost_receiver_held_can_be_released(store: Store) -> None:
    store.send("jobs", [Sent(body="a"), Sent(body="later", delay=9)])
    bodies(store)
    store.release("jobs")

    assert store.depth("jobs") == Depth(visible=1, in_flight=0, delayed=1)


def test_an_old_message_is_forgotten(store: Store, clock: Clock) -> None:
    store.send("jobs", [Sent(body="a")])
    clock.move(61)
    store.expire(JOBS)

    assert bodies(store) == []


def test_the_time_to_the_next_visible_message(store: Store) -> None:
    assert store.next_visible("jobs") is None
    store.send("jobs", [Sent(body="a", delay=5)])

    assert store.next_visible("jobs") == 5


def test_what_was_sent_is_there_for_the_next_process(tmp_path: Path, clock: Clock) -> None:
    first = Store(tmp_path / "messages.db", clock.now)
    first.send("jobs", [Sent(body="a")])
    second = Store(tmp_path / "messages.db", clock.now)

    assert bodies(second) == ["a"]
    first.close()
    second.close()


@pytest.mark.parametrize("receipt", ["?", "eA==", "MTox!"])
def test_a_receipt_of_somebody_else_is_refused(store: Store, receipt: str) -> None:
    with pytest.raises(ReceiptInvalid):
        store.delete("jobs", [receipt])
