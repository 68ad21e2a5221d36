"""What a function's answer says of a batch."""

import pytest

from local.aws.sqs_pollers import InvocationFailed, failures, record
from local.aws.sqs_store import Message


def message(identity: str) -> Message:
    return Message(
        id=1,
        message_id=identity,
        body="text",
        attributes="{}",
        sent_ms=10,
        first_ms=20,
        receives=3,
    )


BATCH = [message("a"), message("b")]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"null", set[str]()),
        (b"", set[str]()),
        (b"{}", set[str]()),
        (b'{"batchItemFailures": []}', set[str]()),
        (b'{"batchItemFailures": null}', set[str]()),
        (b'{"batchItemFailures": [{"itemIdentifier": "b"}]}', {"b"}),
    ],
)
def test_the_messages_that_failed(answer: bytes, expected: set[str]) -> None:
    assert failures(answer, BATCH) == expected


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        b'{"batchItemFailures": [{"itemIdentifier": "c"}]}',
        b'{"batchItemFailures": [{"itemIdentifier": ""}]}',
        b'{"batchItemFailures": [{"itemIdentifier": null}]}',
        b'{"batchItemFailures": [{"id": "a"}]}',
        b'{"batchItemFailures": ["a"]}',
    ],
)
def test_an_answer_that_lambda_takes_as_failure_of_the_batch(answer: bytes) -> None:
    with pytest.raises(InvocationFailed):
        failures(answer, BATCH)


def test_a_record_as_functions_see_it() -> None:
    made = record(message("a"), "arn:aws:sqs:us-east-1:000000000000:jobs")

    assert made["messageId"] == "a"
    assert made["body"] == "text"
    assert made["attributes"]["ApproximateReceiveCount"] == "3"
    assert made["eventSource"] == "aws:sqs"
    assert made["eventSourceARN"] == "arn:aws:sqs:us-east-1:000000000000:jobs"
