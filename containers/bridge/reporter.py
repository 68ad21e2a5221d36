"""Messages of the bot: positioned, redacted, and handed to whatever delivers them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict

from containers.bridge.redaction import Redaction
from janym.api.messages import (
    AckMessage,
    ConfigMessage,
    LogMessage,
    Message,
    StatusMessage,
)
from janym.domain import topics
from janym.domain.bot import BotStatus
from janym.domain.command import CommandState
from janym.domain.telemetry import LogLevel
from janym.domain.topics import Topic
from janym.ports.clock import Clock

LONGEST_TEXT = 4_000
LONGEST_NAME = 100
LOG_TOPICS = {
    LogLevel.INFO: topics.LOGS_INFO,
    LogLevel.WARNING: topics.LOGS_WARNING,
    LogLevel.ERROR: topics.LOGS_ERROR,
}


class Publisher(Protocol):
    """What delivers messages; `janym.mqtt.device.Device` is one."""

    def publish(self, topic: Topic, body: bytes, *, retain: bool | None = None) -> None:
        """Queue a JSON object without `seq`."""
        ...


class Position(TypedDict):
    """Where every message stands; `seq` here is a stand-in, given when the message leaves."""

    session: int
    seq: int
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the bot last said of itself."""

    status: BotStatus
    reason: str | None = None
    detail: str | None = None


def body_of(message: Message, redact: Redaction) -> bytes:
    """Write a message without its `seq` and without what it does not say."""
    return redact(message.model_dump_json(exclude={"seq"}, exclude_none=True)).encode()


def last_will(session: int, *, at: datetime) -> bytes:
    """Write what the broker says when the bridge is gone without a word."""
    message = StatusMessage(
        session=session,
        seq=1,
        timestamp=at,
        status=BotStatus.ERROR,
        uptime_seconds=0,
        reason="BRIDGE_LOST",
        detail="the bridge lost its connection without saying goodbye",
    )
    return body_of(message, Redaction(()))


class Reporter:
    """Speaks for the bot."""

    def __init__(
        self, publisher: Publisher, *, session: int, clock: Clock, redact: Redaction
    ) -> None:
        self._publisher = publisher
        self._session = session
        self._clock = clock
        self._redact = redact
        self._began = clock.now()
        self.engine_version: str | None = None
        self.standing = Standing(status=BotStatus.STARTING)
        self._lost: Counter[str] = Counter()

    def position(self, at: datetime | None = None) -> Position:
        return Position(session=self._session, seq=1, timestamp=at or self._clock.now())

    def send(self, topic: Topic, message: Message, *, retain: bool | None = None) -> None:
        """Send any message."""
        self._publisher.publish(topic, body_of(message, self._redact), retain=retain)

    def status(
        self, status: BotStatus, reason: str | None = None, detail: str | None = None
    ) -> None:
        """Say a new status, retained; running and error are said on topics of their own too."""
        self.standing = Standing(
            status=status, reason=reason, detail=detail[:LONGEST_TEXT] if detail else None
        )
        message = self._status()
        self.send(topics.STATUS, message)
        if status is BotStatus.RUNNING:
            self.send(topics.STATUS_READY, message)
        elif status is BotStatus.ERROR:
            self.send(topics.STATUS_ERROR, message)

    def lost(self, numbers: Mapping[str, int]) -> None:
        """Note that so many messages of each topic are lost; the status says so from now on."""
        self._lost.update(numbers)
        self.repeat()

    def repeat(self) -> None:
        """Say the same status again, retained."""
        self.send(topics.STATUS, self._status())

    def heartbeat(self) -> None:
        """Say the same status again, not retained."""
        self.send(topics.STATUS, self._status(), retain=False)

    def ack(self, command_id: str, state: CommandState, reason: str | None = None) -> None:
        """Say how far a command got: acknowledged, done or failed."""
        message = AckMessage.model_validate(
            {
                **self.position(),
                "command_id": command_id,
                "state": state,
                "reason": reason[:LONGEST_TEXT] if reason else None,
            }
        )
        self.send(topics.ACK, message)

    def config(self, config: dict[str, object]) -> None:
        """Answer what configuration the bot runs with."""
        self.send(topics.CONFIG, ConfigMessage(**self.position(), config=config))

    def log(self, level: LogLevel, text: str, *, logger: str, at: datetime) -> None:
        """Send one log line; the end of a long one is cut."""
        message = LogMessage(
            **self.position(at), message=text[:LONGEST_TEXT], logger=logger[:LONGEST_NAME] or None
        )
        self.send(LOG_TOPICS[level], message)

    def _status(self) -> StatusMessage:
        now = self._clock.now()
        return StatusMessage(
            **self.position(now),
            status=self.standing.status,
            reason=self.standing.reason,
            detail=self._detail(),
            uptime_seconds=max(0, int((now - self._began).total_seconds())),
            engine_version=self.engine_version,
        )

    def _detail(self) -> str | None:
        losses = ", ".join(f"{number} on {topic}" for topic, number in sorted(self._lost.items()))
        said = [
            self.standing.detail,
            f"messages lost for want of room: {losses}" if losses else None,
        ]
        return "; ".join(each for each in said if each)[:LONGEST_TEXT] or None
