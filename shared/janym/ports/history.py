"""The long memory of metrics and logs (ClickHouse)."""

from collections.abc import Sequence
from typing import Protocol

from janym.domain.telemetry import LogLine, MetricsReport


class History(Protocol):
    """Stores telemetry for good; a report stored twice counts once, by bot, session, sequence."""

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        """Store a batch.

        Raises:
            StoreAway: ClickHouse does not answer; storing the batch again is safe.
        """
        ...
