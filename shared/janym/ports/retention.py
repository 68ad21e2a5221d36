"""What PostgreSQL keeps of what only grows, and lets go of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from janym.domain.bot import Position
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport

BotDay = tuple[BotId, date]
"""A bot's reports of one day, UTC."""


class Retention(Protocol):
    """Each call is a transaction, is bounded, and may raise StoreAway; repeating it is safe."""

    def make_ready(self, *, today: date) -> None:
        """Make the partitions of the coming days."""
        ...

    def trim(self, *, now: datetime) -> Mapping[str, int]:
        """Drop what is past keeping and kept nowhere else; count what went, by its name."""
        ...

    def bots(self, *, after: BotId | None, limit: int) -> Sequence[BotId]:
        """List bots by id, those after one."""
        ...

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        """Count the reports of these bots for each day from `since` up to, not with, `before`."""
        ...

    def metrics(self, of: BotDay, *, after: Position | None, limit: int) -> Sequence[MetricsReport]:
        """List reports of a day by their position, those after one."""
        ...

    def drop_metrics(self, *, today: date, before: date) -> None:
        """Drop the days before this one."""
        ...

    def old_lines(self, *, before: datetime, limit: int) -> Sequence[LogLine]:
        """List log lines that were stored before a moment, the oldest first."""
        ...

    def drop_lines(self, lines: Sequence[LogLine]) -> None:
        """Drop these log lines."""
        ...
