"""The SQS service as boto3 speaks to it: JSON over HTTP, one operation per request."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast
from uuid import uuid4

import orjson
from aiohttp import web

from local.aws import serving
from local.aws.cloud import Queue
from local.aws.sqs_queues import Queues, UnknownQueue
from local.aws.sqs_store import Message, ReceiptInvalid, Sent
from local.aws.stack import Json

TARGET = "AmazonSQS."
MESSAGE_LIMIT = 1024 * 1024
BATCH = 10
NO_SUCH_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"
WAIT_LIMIT = 20

Operation = Callable[[Json], Awaitable[Json]]


class Refused(Exception):
    """A request that SQS refuses, with its error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SqsApi:
    """Serves the operations that the platform and its tests use."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues
        self._operations: Mapping[str, Operation] = {
            "SendMessage": self._send,
            "SendMessageBatch": self._send_batch,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_batch,
            "ChangeMessageVisibility": self._change,
            "ChangeMessageVisibilityBatch": self._change_batch,
            "GetQueueAttributes": self._attributes,
            "GetQueueUrl": self._url,
            "ListQueues": self._list,
            "CreateQueue": self._create,
            "PurgeQueue": self._purge,
            "StartMessageMoveTask": self._move,
        }

    def application(self) -> web.Application:
        """The service as a server."""
        app = web.Application(client_max_size=4 * MESSAGE_LIMIT)
        app.router.add_get("/_health", serving.health)
        app.router.add_post("/{path:.*}", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        name = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        if name not in self._operations:
            return _error("InvalidAction", f"The laptop's SQS has no operation {name!r}")
        try:
            body = orjson.loads(await request.read() or b"{}")
            return _answer(200, await self._operations[name](body))
        except UnknownQueue as error:
            return _error("QueueDoesNotExist", str(error), NO_SUCH_QUEUE)
        except ReceiptInvalid as error:
            return _error("ReceiptHandleIsInvalid", str(error))
        except (KeyError, orjson.JSONDecodeError, TypeError) as error:
            return _error("InvalidParameterValue", f"missing or malformed parameter: {error}")
        except Refused as error:
            return _error(error.code, str(error))

    async def _send(self, body: Json) -> Json:
        queue, message = self._queues.find(body["QueueUrl"]), _sent(body)
        self._queues.send(queue, [message])
        return {"MessageId": message.message_id, "MD5OfMessageBody": _md5(message.body)}

    async def _send_batch(self, body: Json) -> Json:
        queue = self._queues.find(body["QueueUrl"])
        entries = _entries(body)
        messages = [_sent(entry) for entry in entries]
        if sum(len(message.body.encode()) for message in messages) > MESSAGE_LIMIT:
            raise Refused("BatchRequestTooLong", "the batch is longer than 1 MiB")
        self._queues.send(queue, messages)
        return {
            "Successful": [
                {"Id": e["Id"], "MessageId": m.message_id, "MD5OfMessageBody": _md5(m.body)}
                for e, m in zip(entries, messages, strict=True)
            ],
            "Failed": [],
        }

    async def _receive(self, body: Json) -> Json:
        queue = self._queues.find(body["QueueUrl"])
        limit = int(body.get("MaxNumberOfMessages", 1))
        wait = int(body.get("WaitTimeSeconds", queue.wait_time))
        if not 1 <= limit <= BATCH or not 0 <= wait <= WAIT_LIMIT:
            raise Refused("InvalidParameterValue", "1-10 messages, 0-20 seconds to wait")
        visibility = body.get("VisibilityTimeout")
        messages = await self._queues.receive(queue, limit, wait=wait, visibility=visibility)
        return {"Messages": [received(message) for message in messages]} if messages else {}

    async def _delete(self, body: Json) -> Json:
        queue = self._queues.find(body["QueueUrl"])
        self._queues.store.delete(queue.name, [body["ReceiptHandle"]])
        return {}

    async def _delete_batch(self, body: Json) -> Json:
        queue, entries = self._queues.find(body["QueueUrl"]), _entries(body)
        self._queues.store.delete(queue.name, [entry["ReceiptHandle"] for entry in entries])
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    async def _change(self, body: Json) -> Json:
        self._change_all(self._queues.find(body["QueueUrl"]), [body])
        return {}

    async def _change_batch(self, body: Json) -> Json:
        entries = _entries(body)
        self._change_all(self._queues.find(body["QueueUrl"]), entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def _change_all(self, queue: Queue, entries: list[Json]) -> None:
        changes = {e["ReceiptHandle"]: int(e["VisibilityTimeout"]) for e in entries}
        self._queues.store.change_visibility(queue.name, changes)
        self._queues.wake(queue.name)

    async def _attributes(self, body: Json) -> Json:
        queue = self._queues.find(body["QueueUrl"])
        depth = self._queues.store.depth(queue.name)
        known = {
            "QueueArn": queue.arn,
            "ApproximateNumberOfMessages": str(depth.visible),
            "ApproximateNumberOfMessagesNotVisible": str(depth.in_flight),
            "ApproximateNumberOfMessagesDelayed": str(depth.delayed),
            # AWS tells the age in CloudWatch alone, by this name.
            "ApproximateAgeOfOldestMessage": str(int(self._queues.store.oldest_age(queue.name))),
            "VisibilityTimeout": str(queue.visibility_timeout),
            "MessageRetentionPeriod": str(queue.retention),
            "ReceiveMessageWaitTimeSeconds": str(queue.wait_time),
            "DelaySeconds": str(queue.delay),
        }
        if queue.dead_letter is not None:
            arn = self._queues.find(queue.dead_letter).arn
            redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": queue.max_receive_count}
            known["RedrivePolicy"] = orjson.dumps(redrive).decode()
        asked = set(cast("list[str]", body.get("AttributeNames", [])))
        wanted = known if "All" in asked else {k: v for k, v in known.items() if k in asked}
        return {"Attributes": wanted}

    async def _url(self, body: Json) -> Json:
        return {"QueueUrl": self._queues.find(body["QueueName"]).url}

    async def _list(self, body: Json) -> Json:
        names = (n for n in self._queues.names if n.startswith(body.get("QueueNamePrefix", "")))
        return {"QueueUrls": [self._queues.find(name).url for name in names]}

    async def _create(self, body: Json) -> Json:
        return {"QueueUrl": self._queues.create(body["QueueName"], body.get("Attributes", {})).url}

    async def _purge(self, body: Json) -> Json:
        self._queues.store.purge(self._queues.find(body["QueueUrl"]).name)
        return {}

    async def _move(self, body: Json) -> Json:
        source = self._queues.find(body["SourceArn"])
        given = body.get("DestinationArn")
        destination = None if given is None else self._queues.find(given).name
        if destination is None and not self._is_dead_letter(source.name):
            raise Refused("InvalidParameterValue", "the source is no queue's dead letter queue")
        for name in self._queues.store.move(source.name, destination):
            self._queues.wake(name)
        await asyncio.sleep(0)
        return {"TaskHandle": str(uuid4())}

    def _is_dead_letter(self, name: str) -> bool:
        return any(self._queues.find(n).dead_letter == name for n in self._queues.names)


def received(message: Message) -> Json:
    """A message as ReceiveMessage gives it."""
    answer: Json = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": _md5(message.body),
        "Body": message.body,
        "Attributes": {
            "SenderId": "laptop",
            "SentTimestamp": str(message.sent_ms),
            "ApproximateReceiveCount": str(message.receives),
            "ApproximateFirstReceiveTimestamp": str(message.first_ms),
        },
    }
    if message.attributes != "{}":
        answer["MessageAttributes"] = orjson.loads(message.attributes)
    return answer


def _sent(entry: Json) -> Sent:
    body = entry["MessageBody"]
    if not isinstance(body, str) or not body or len(body.encode()) > MESSAGE_LIMIT:
        raise Refused("InvalidParameterValue", "a message is a text of 1 byte to 1 MiB")
    attributes = orjson.dumps(entry.get("MessageAttributes") or {}).decode()
    return Sent(body=body, attributes=attributes, delay=int(entry.get("DelaySeconds", 0)))


def _entries(body: Json) -> list[Json]:
    entries = cast("list[Json]", body["Entries"])
    if not entries:
        raise Refused("EmptyBatchRequest", "the batch is empty")
    if len(entries) > BATCH:
        raise Refused("TooManyEntriesInBatchRequest", f"a batch has at most {BATCH} entries")
    if len({entry["Id"] for entry in entries}) < len(entries):
        raise Refused("BatchEntryIdsNotDistinct", "two entries have the same Id")
    return entries


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=orjson.dumps(body),
        headers={"x-amzn-RequestId": str(uuid4()), **(headers or {})},
        content_type="application/x-amz-json-1.0",
    )


def _error(code: str, message: str, query_code: str | None = None) -> web.Response:
    headers = {"x-amzn-query-error": f"{query_code or code};Sender"}
    return _answer(400, {"__type": f"com.amazonaws.sqs#{code}", "message": message}, headers)
