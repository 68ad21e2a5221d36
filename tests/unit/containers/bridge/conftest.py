"""What the bridge's parts speak to, without a broker and without a venue."""

import asyncio
import json
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from containers.bridge.redaction import Redaction
from containers.bridge.reporter import Reporter
from janym.domain.topics import Topic

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class SetClock:
    """Shows the time that the test sets."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass(slots=True)
class Heard:
    """Keeps what was published."""

    messages: list[tuple[str, dict[str, Any], bool | None]] = field(
        default_factory=list[tuple[str, dict[str, Any], bool | None]]
    )

    def publish(self, topic: Topic, body: bytes, *, retain: bool | None = None) -> None:
        self.messages.append((topic.suffix, json.loads(body), retain))

    def on(self, suffix: str) -> list[dict[str, Any]]:
        return [body for topic, body, _ in self.messages if topic == suffix]

    def acks(self, command: str) -> list[tuple[str, str | None]]:
        return [
            (body["state"], body.get("reason"))
            for body in self.on("ack")
            if body["command_id"] == command
        ]

    @property
    def statuses(self) -> list[tuple[str, str | None]]:
        return [(body["status"], body.get("reason")) for body in self.on("status")]


@dataclass(slots=True)
class ScriptedWorker:
    """An engine without a process: the test decides how it answers and ends."""

    exited: asyncio.Future[int]
    pid: int = 1
    tail: deque[str] = field(default_factory=deque[str])
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    answer: Callable[[str, dict[str, Any]], None] = lambda _kind, _fields: None

    def tell(self, kind: str, **fields: Any) -> None:
        self.told.append((kind, fields))
        self.answer(kind, fields)

    def kill(self) -> None:
        self.end(-signal.SIGKILL)

    def end(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)

    async def drained(self) -> None:
        """Everything is read."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def reporter(heard: Heard, clock: SetClock) -> Reporter:
    return Reporter(heard, session=7, clock=clock, redact=Redaction(["the-secret-key"]))
