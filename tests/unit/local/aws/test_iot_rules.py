"""Rules at work on messages, with a sender that remembers."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from local.aws.cloud import IotRule, RuleAction
from local.aws.intrinsics import TemplateUnsupported
from local.aws.iot_delivery import Refused, Sender
from local.aws.iot_rules import Rules
from local.aws.mqtt_client import Arrived

SELECT = "SELECT topic() AS topic, clientid() AS client_id FROM"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Memory:
    """Takes what is sent; some queues are away, some refuse."""

    sent: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    refusing: set[str] = field(default_factory=set[str])
    away: asyncio.Event | None = None

    async def send(self, queue: str, body: str) -> None:
        if self.away is not None:
            await self.away.wait()
        if queue in self.refusing:
            raise Refused("never")
        self.sent.append((queue, json.loads(body)))


def rule(name: str, source: str, *queues: str) -> IotRule:
    return IotRule(
        name=name,
        sql=f"{SELECT} {source}",
        actions=tuple(RuleAction(queue=queue, base64=False) for queue in queues),
        error_action=RuleAction(queue="errors", base64=False),
    )


STATE = rule("state", "'hbot/+/#' WHERE topic(3) IN ['status']", "current")
TELEMETRY = rule("tele", "'hbot/+/#' WHERE topic(3) IN ['metrics']", "current", "history")


class Engine:
    """Rules over a memory, fed one message at a time."""

    def __init__(self, *rules: IotRule) -> None:
        self.memory = Memory()
        self.acknowledged: list[str] = []
        self.rules = Rules(rules, cast("Sender", self.memory), lambda: NOON)

    def arrive(self, topic: str, *, retained: bool = False) -> None:
        self.rules.arrived(
            Arrived(
                topic=topic,
                payload=b"{}",
                retained=retained,
                acknowledge=lambda: self.acknowledged.append(topic),
            )
        )

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)


async def test_a_message_goes_to_every_action_of_its_rule() -> None:
    engine = Engine(STATE, TELEMETRY)
    engine.arrive("$aws/rules/tele/hbot/b1/metrics")
    await engine.settle()

    result = {"topic": "hbot/b1/metrics", "client_id": "b1"}
    assert engine.memory.sent == [("current", result), ("history", result)]


async def test_basic_ingest_reaches_no_other_rule() -> None:
    engine = Engine(STATE, TELEMETRY)
    engine.arrive("$aws/rules/tele/hbot/b1/status")
    engine.arrive("$aws/rules/nobody/hbot/b1/metrics")
    await engine.settle()

    assert engine.memory.sent == []


async def test_a_message_is_acknowledged_when_its_queues_have_it() -> None:
    engine = Engine(STATE)
    engine.memory.away = asyncio.Event()
    engine.arrive("hbot/b1/status")
    await engine.settle()
    assert engine.acknowledged == []
    engine.memory.away.set()
    await engine.settle()

    assert engine.acknowledged == ["hbot/b1/status"]


async def test_a_replay_of_what_is_retained_is_no_message() -> None:
    engine = Engine(STATE)
    engine.arrive("hbot/b1/status", retained=True)
    await engine.settle()

    assert engine.memory.sent == []
    assert engine.acknowledged == ["hbot/b1/status"]


async def test_what_a_queue_refuses_goes_to_the_error_action() -> None:
    engine = Engine(STATE)
    engine.memory.refusing = {"current"}
    engine.arrive("hbot/b1/status")
    await engine.settle()
    ((queue, report),) = engine.memory.sent

    assert queue == "errors"
    assert report["ruleName"] == "state"
    assert report["base64OriginalPayload"] == "e30="
    assert report["failures"][0]["failedResource"] == "current"
    assert engine.acknowledged == ["hbot/b1/status"]


async def test_no_subscription_covers_another() -> None:
    config = rule("config", "'hbot/+/config'", "current")

    assert Engine(STATE, TELEMETRY, config).rules.filters() == [
        "$aws/rules/config/#",
        "$aws/rules/state/#",
        "$aws/rules/tele/#",
        "hbot/+/#",
    ]


async def test_a_rule_that_is_not_understood_is_named() -> None:
    with pytest.raises(TemplateUnsupported, match=r"rule odd: .*GROUP"):
        Engine(rule("odd", "'a' GROUP BY b", "current"))
