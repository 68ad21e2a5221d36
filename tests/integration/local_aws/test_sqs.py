"""Queues of the laptop, as boto3 uses them, and the functions that they feed."""

import threading
from collections.abc import Generator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local import queues
from local.layout import Stack as Layout
from tests.integration.local_aws.stacks import Issuer, SmallStack, eventually


class Queue:
    """One queue through boto3."""

    def __init__(self, small: SmallStack, name: str) -> None:
        self.sqs = small.client("sqs")
        self.url = self.sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def send(self, *bodies: str) -> None:
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(index), "MessageBody": body}
                for index, body in enumerate(bodies[start : start + 10])
            ]
            answer = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries)
            assert len(answer["Successful"]) == len(entries)

    def receive(self, **more: Any) -> list[dict[str, Any]]:
        asked = {"MaxNumberOfMessages": 10, "AttributeNames": ["All"], **more}
        return self.sqs.receive_message(QueueUrl=self.url, **asked).get("Messages", [])

    def delete(self, message: dict[str, Any]) -> None:
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def depth(self) -> dict[str, int]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        visible, in_flight = (int(found["Attributes"][name]) for name in names)
        return {"visible": visible, "in_flight": in_flight}


@pytest.fixture(scope="module")
def running(small: SmallStack) -> SmallStack:
    small.start("sqs")
    return small


@pytest.fixture
def history(running: SmallStack) -> Generator[Queue]:
    """A queue that feeds nothing."""
    queue = Queue(running, "small-history")
    yield queue
    queue.sqs.purge_queue(QueueUrl=queue.url)


def test_a_message_is_hidden_until_its_timeout(history: Queue) -> None:
    history.send("a")
    first = history.receive(VisibilityTimeout=1)

    assert [message["Body"] for message in first] == ["a"]
    assert history.receive() == []
    assert history.depth() == {"visible": 0, "in_flight": 1}
    again = history.receive(WaitTimeSeconds=10)
    assert again[0]["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_deleted_message_does_not_come_back(history: Queue) -> None:
    history.send("a")
    history.delete(history.receive(VisibilityTimeout=0)[0])

    assert history.receive() == []


def test_an_outdated_receipt_deletes_nothing(history: Queue) -> None:
    history.send("a")
    old = history.receive(VisibilityTimeout=0)[0]
    history.receive(VisibilityTimeout=0)
    history.delete(old)

    assert len(history.receive()) == 1


def test_a_receiver_waits_for_a_message(history: Queue) -> None:
    found: list[dict[str, Any]] = []
    waiting = threading.Thread(target=lambda: found.extend(history.receive(WaitTimeSeconds=20)))
    waiting.start()
    history.send("late")
    waiting.join(20)

    assert [message["Body"] for message in found] == ["late"]


def test_a_visibility_of_zero_gives_a_message_back(history: Queue) -> None:
    history.send("a")
    message = history.receive()[0]
    history.sqs.change_message_visibility(
        QueueUrl=history.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )

    assert len(history.receive()) == 1


def test_a_message_received_too_often_goes_to_the_dead_letters_and_back(
    running: SmallStack,
) -> None:
    sqs = running.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = f'{{"deadLetterTargetArn": "{arn["QueueArn"]}", "maxReceiveCount": "2"}}'
    sqs.create_queue(QueueName="alive", Attributes={"RedrivePolicy": redrive})
    source, letters = Queue(running, "alive"), Queue(running, "dead")
    source.send("poison")
    for _ in range(2):
        assert len(source.receive(VisibilityTimeout=0)) == 1

    assert source.receive(VisibilityTimeout=0) == []
    assert [message["Body"] for message in letters.receive(VisibilityTimeout=0)] == ["poison"]
    sqs.start_message_move_task(SourceArn=arn["QueueArn"])
    assert [message["Body"] for message in source.receive()] == ["poison"]


def test_what_is_asked_wrongly_is_refused(history: Queue) -> None:
    with pytest.raises(history.sqs.exceptions.QueueDoesNotExist):
        history.sqs.get_queue_url(QueueName="nobody")
    entries = [{"Id": str(i), "MessageBody": "x"} for i in range(11)]
    with pytest.raises(ClientError, match="TooManyEntriesInBatchRequest"):
        history.sqs.send_message_batch(QueueUrl=history.url, Entries=entries)
    with pytest.raises(ClientError, match="ReceiptHandleIsInvalid"):
        history.sqs.delete_message(QueueUrl=history.url, ReceiptHandle="?")
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        history.sqs.send_message(QueueUrl=history.url, MessageBody="")


def test_no_acknowledged_message_is_lost_by_a_kill(running: SmallStack, history: Queue) -> None:
    bodies = [f"m{number}" for number in range(500)]
    history.send(*bodies)
    running.kill("sqs")
    running.start("sqs")
    found: list[str] = []
    while batch := history.receive():
        found += [message["Body"] for message in batch]

    assert sorted(found) == sorted(bodies)


def test_a_function_is_fed_in_batches_and_a_bad_message_fails_alone(
    running: SmallStack, issuer: Issuer
) -> None:
    assert issuer.url
    running.start("gateway")
    current = Queue(running, "small-current")
    current.send("good 1", "bad 1", "good 2")
    eventually(lambda: len(running.lines("messages")) == 2, "both good messages")

    assert {line["body"] for line in running.lines("messages")} == {"good 1", "good 2"}
    assert current.depth() == {"visible": 0, "in_flight": 1}


def test_an_outage_costs_no_receives_and_ends_soon(running: SmallStack) -> None:
    outage = running.seen / "outage"
    outage.touch()
    current = Queue(running, "small-current")
    current.send("first of the outage")
    eventually(lambda: "the store is away" in running.log("sqs"), "the first failure")
    current.send(*(f"waits {number}" for number in range(20)))
    outage.unlink()

    def look() -> list[Any] | None:
        late = [line for line in running.lines("messages") if "good" not in line["body"]]
        return late if len(late) == 21 else None

    arrived = eventually(look, "all messages")

    assert {line["receives"] for line in arrived} == {"1"}


def test_what_a_poller_held_comes_back_when_it_is_killed(running: SmallStack) -> None:
    (running.seen / "outage").touch()
    current = Queue(running, "small-current")
    current.send("held")
    eventually(lambda: current.depth()["in_flight"] == 2, "the message to be held")
    running.kill("sqs")
    (running.seen / "outage").unlink()
    running.start("sqs")

    eventually(
        lambda: any(line["body"] == "held" for line in running.lines("messages")), "the message"
    )


def test_dead_letters_are_listed_and_sent_back_by_command(
    running: SmallStack, capsys: pytest.CaptureFixture[str]
) -> None:
    """Redrive is a documented command."""
    sqs = running.client("sqs")
    dead = sqs.create_queue(QueueName="small-sick-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    redrive = f'{{"deadLetterTargetArn": "{arn["QueueArn"]}", "maxReceiveCount": "1"}}'
    sqs.create_queue(QueueName="small-sick", Attributes={"RedrivePolicy": redrive})
    source, letters = Queue(running, "small-sick"), Queue(running, "small-sick-dlq")
    source.send("was poison", "and this")
    assert len(source.receive(VisibilityTimeout=0)) == 2
    assert source.receive(VisibilityTimeout=0) == []
    stack = Layout.at(running.home)

    assert queues.show(stack) == 0
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "sick-dlq" in each]
    assert line.split()[1:3] == ["2", "0"]
    assert queues.redrive(stack, "sick") == 0
    assert capsys.readouterr().out == "small-sick-dlq: 2 messages sent back\n"
    assert letters.depth() == {"visible": 0, "in_flight": 0}
    assert source.depth() == {"visible": 2, "in_flight": 0}
    assert queues.redrive(stack, "small-sick-dlq") == 0
    assert "0 messages" in capsys.readouterr().out


def test_what_has_no_dead_letters_is_told_what_has(
    running: SmallStack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert queues.redrive(Layout.at(running.home), "history") == 1
    assert "small-current-dlq" in capsys.readouterr().err
