"""The long memory of metrics and logs (ClickHouse)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ports.pages import Span
from janym.ports.retention import BotDay


class History(Protocol):
    """Stores telemetry for good; a report stored twice counts once, by bot, session, sequence."""

    def metrics(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        """Give the last report of each step of the span that has one, oldest first.

        Whose bot it is was asked before: this store knows no organization.

        Raises:
            StoreAway: ClickHouse does not answer.
        """
        ...

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        """Count what is kept of these bots for each day from `since` up to, not with, `before`.

        Raises:
            StoreAway: ClickHouse does not answer.
        """
        ...

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        """Store a batch.

        Raises:
            StoreAway: ClickHouse does not answer; storing the batch again is safe.
        """
        ...
