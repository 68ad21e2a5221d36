"""IoT Core's rules engine: messages of the broker, through the template's SQL, into queues.

A message is acknowledged to the broker when every action of every rule that fits has been taken, so
a queue that is away leaves messages at the broker, and a killed engine gets them again (at least
once). Basic Ingest reaches the rule that it names, and only where the rule's FROM fits the rest.

clientid() is evaluated as topic(2) on `hbot/…` topics: MQTT does not tell a subscriber who
published, but a client id equals its thing's name, and the broker lets a thing publish below its
own name alone. On other topics it is `n/a`.
"""

import asyncio
import base64
import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from local.aws import iotsql
from local.aws.cloud import IotRule, RuleAction
from local.aws.intrinsics import TemplateUnsupported
from local.aws.iot_delivery import Refused, Sender
from local.aws.iotsql import Received, SqlUnsupported, Statement
from local.aws.mqtt_client import Arrived

QOS0_LIMIT = 10_000
"""QoS 0 messages that may wait for a queue; further ones are lost, as QoS 0 allows."""

log = logging.getLogger(__name__)


class Rules:
    """The template's topic rules at work."""

    def __init__(
        self, rules: Sequence[IotRule], sender: Sender, now: Callable[[], datetime]
    ) -> None:
        self._rules = [(rule, _parsed(rule)) for rule in rules]
        self._sender = sender
        self._now = now
        self._work: set[asyncio.Task[None]] = set()
        self.dropped = 0

    def filters(self) -> list[str]:
        """What to subscribe to: no filter that another one covers, or messages would double."""
        ordinary = {statement.topic_filter for _, statement in self._rules}
        ingest = {f"{iotsql.BASIC_INGEST}{rule.name}/#" for rule, _ in self._rules}
        lone = {
            item
            for item in ordinary
            if not any(other != item and iotsql.matches(other, item) for other in ordinary)
        }
        return sorted(lone | ingest)

    def arrived(self, message: Arrived) -> None:
        """Take a message from the broker."""
        if message.retained:
            # A replay of an old message, not a new one.
            _acknowledge(message)
            return
        if message.acknowledge is None and len(self._work) >= QOS0_LIMIT:
            self.dropped += 1
            return
        task = asyncio.create_task(self._handle(message))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def stop(self) -> None:
        """Leave what is in hand unacknowledged."""
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _handle(self, message: Arrived) -> None:
        named, topic = iotsql.unprefixed(message.topic)
        received = Received(
            topic=topic,
            payload=message.payload,
            client_id=_client_id(topic),
            at_ms=int(self._now().timestamp() * 1000),
        )
        fitting = (
            (rule, result)
            for rule, statement in self._rules
            if named in {None, rule.name} and iotsql.matches(statement.topic_filter, topic)
            if (result := statement.evaluate(received)) is not None
        )
        await asyncio.gather(
            *(
                self._act(rule, action, json.dumps(result), received)
                for rule, result in fitting
                for action in rule.actions
            )
        )
        _acknowledge(message)

    async def _act(self, rule: IotRule, action: RuleAction, body: str, message: Received) -> None:
        try:
            await self._sender.send(action.queue, _encoded(action, body))
        except Refused as error:
            log.warning("rule %s: %s refused a message: %s", rule.name, action.queue, error)
            if rule.error_action is None:
                return
            report = _failure(rule, action, message, str(error))
            with contextlib.suppress(Refused):
                await self._sender.send(
                    rule.error_action.queue, _encoded(rule.error_action, report)
                )


def _parsed(rule: IotRule) -> Statement:
    try:
        return iotsql.parse(rule.sql)
    except SqlUnsupported as error:
        raise TemplateUnsupported(f"rule {rule.name}: {error}") from error


def _client_id(topic: str) -> str:
    levels = topic.split("/")
    return levels[1] if levels[0] == "hbot" and len(levels) > 1 else "n/a"


def _encoded(action: RuleAction, body: str) -> str:
    return base64.b64encode(body.encode()).decode() if action.base64 else body


def _failure(rule: IotRule, action: RuleAction, message: Received, error: str) -> str:
    """What IoT Core hands to an error action."""
    return json.dumps(
        {
            "ruleName": rule.name,
            "topic": message.topic,
            "cloudwatchTraceId": str(uuid4()),
            "clientId": message.client_id,
            "base64OriginalPayload": base64.b64encode(message.payload).decode(),
            "failures": [
                {
                    "failedAction": "SqsAction",
                    "failedResource": action.queue,
                    "errorMessage": error,
                }
            ],
        }
    )


def _acknowledge(message: Arrived) -> None:
    if message.acknowledge is None:
        return
    try:
        message.acknowledge()
    except RuntimeError as error:
        # The connection it came on is gone: the broker sends it again.
        log.info("not acknowledged: %s", error)
