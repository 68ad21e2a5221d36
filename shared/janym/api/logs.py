"""Bots' logs over HTTP."""

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import PageQuery
from janym.domain.telemetry import LogLevel, LogLine


class LogsQuery(PageQuery):
    """Which lines: of one level, or with a text in them."""

    level: LogLevel | None = None
    text: Annotated[str, Field(min_length=1, max_length=200)] | None = None


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
