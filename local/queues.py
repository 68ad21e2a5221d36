"""`queues` and `redrive`: what waits in the stack's queues, and sending dead letters back.

Both speak to SQS alone; `docs/guides/operations.md` has the same for AWS.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local import environment
from local.commands import FAULTY, NOT_RUNNING, OK
from local.layout import Stack, read_json

COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
AGE = "ApproximateAgeOfOldestMessage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue and what is in it."""

    name: str
    arn: str
    waiting: int
    in_flight: int
    oldest_s: int
    """Age of its oldest message in seconds; 0 where it is empty."""
    dead_letters: str | None
    """The queue that takes what cannot be handled."""


def show(stack: Stack) -> int:
    """Print every queue with its depth and the age of its oldest message."""
    sqs = _sqs(stack)
    if sqs is None:
        return NOT_RUNNING
    try:
        queues = _queues(sqs)
    except (BotoCoreError, ClientError) as away:
        return _away(away)
    print(f"{'queue':<24} {'waiting':>8} {'in flight':>10} {'oldest':>8}")
    for queue in queues:
        print(
            f"{queue.name:<24} {queue.waiting:>8} {queue.in_flight:>10} {f'{queue.oldest_s} s':>8}"
        )
    return OK


def redrive(stack: Stack, asked: str) -> int:
    """Send a queue's dead letters back to where they came from.

    `asked` names the dead letter queue or the queue that it serves, with or without the prefix.
    """
    sqs = _sqs(stack)
    if sqs is None:
        return NOT_RUNNING
    try:
        queues = {queue.name: queue for queue in _queues(sqs)}
        letters = _dead_letters(queues, asked)
        if letters is None:
            served = sorted({each.dead_letters for each in queues.values() if each.dead_letters})
            print(f"{asked!r} has no dead letters; there are {', '.join(served)}", file=sys.stderr)
            return FAULTY
        if letters.waiting:
            sqs.start_message_move_task(SourceArn=letters.arn)
    except (BotoCoreError, ClientError) as away:
        return _away(away)
    print(f"{letters.name}: {letters.waiting} messages sent back")
    return OK


def _dead_letters(queues: dict[str, Queue], asked: str) -> Queue | None:
    named = next((q for name, q in queues.items() if asked in {name, _short(name)}), None)
    if named is None:
        return None
    if named.dead_letters is not None:
        return queues.get(named.dead_letters)
    return named if any(q.dead_letters == named.name for q in queues.values()) else None


def _short(name: str) -> str:
    return name.partition("-")[2]


def _sqs(stack: Stack) -> Any | None:
    addresses = read_json(stack.description).get("addresses")
    if not addresses:
        print(f"There is no stack at {stack.home} yet: `janym up` first.", file=sys.stderr)
        return None
    client = cast("Any", boto3).client  # typed by literal names alone
    identity = environment.aws()
    return client(
        "sqs",
        endpoint_url=addresses["sqs"],
        region_name=environment.REGION,
        aws_access_key_id=identity["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=identity["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10),
    )


def _queues(sqs: Any) -> list[Queue]:
    urls: list[str] = sqs.list_queues().get("QueueUrls", [])
    return [_queue(sqs, url) for url in urls]


def _queue(sqs: Any, url: str) -> Queue:
    known: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    waiting, in_flight = (int(known[name]) for name in COUNTS)
    redrive: dict[str, Any] = json.loads(known.get("RedrivePolicy", "{}"))
    return Queue(
        name=url.rpartition("/")[2],
        arn=known["QueueArn"],
        waiting=waiting,
        in_flight=in_flight,
        oldest_s=int(known.get(AGE, "0")),
        dead_letters=str(redrive.get("deadLetterTargetArn", "")).rpartition(":")[2] or None,
    )


def _away(away: Exception) -> int:
    print(f"The queues do not answer ({away}); see `janym status`.", file=sys.stderr)
    return NOT_RUNNING
