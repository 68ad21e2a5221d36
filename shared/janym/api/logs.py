"""Bots' logs over HTTP, and the messages of theirs that were rejected."""

import base64
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import Moment, PageQuery
from janym.domain.telemetry import LogLevel, LogLine, Rejected
from janym.ports.told import WantedLines

SHOWN_BYTES = 2048
"""How much of a rejected message's body is shown."""


class LogsQuery(PageQuery):
    """Which lines: of one level, with a text in them, of a span of time.

    A text is looked for in 5000 lines at once: a part may have fewer items than the limit, or none,
    and a `next_cursor` that leads on.
    """

    level: LogLevel | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    since: Moment | None = None
    until: Moment | None = None

    def wanted(self) -> WantedLines:
        return WantedLines(level=self.level, text=self.text, since=self.since, until=self.until)


class LogView(BaseModel):
    """One line."""

    timestamp: AwareDatetime
    level: LogLevel
    message: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, line: LogLine) -> Self:
        return cls(
            timestamp=line.at, level=line.level, message=line.message, metadata=line.metadata
        )


class RejectedView(BaseModel):
    """A message that could not be taken: the beginning of its body, as text where it is text."""

    received_at: AwareDatetime
    topic: str
    reason: str
    body: str
    encoding: Literal["text", "base64"]
    body_bytes: int
    """How long the whole body was."""
    truncated: bool

    @classmethod
    def of(cls, rejected: Rejected) -> Self:
        body, encoding = _shown(rejected.body[:SHOWN_BYTES])
        return cls(
            received_at=rejected.received_at,
            topic=rejected.topic,
            reason=rejected.reason,
            body=body,
            encoding=encoding,
            body_bytes=len(rejected.body),
            truncated=len(rejected.body) > SHOWN_BYTES,
        )


def _shown(body: bytes) -> tuple[str, Literal["text", "base64"]]:
    """Write bytes as text, without a last character that was cut in two; else as base64."""
    for cut in range(4):
        try:
            return body[: len(body) - cut].decode(), "text"
        except UnicodeDecodeError as error:
            if error.end < len(body) - cut:
                break
    return base64.b64encode(body).decode(), "base64"
