"""What only grows, in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from janym.domain.bot import Position
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ports.retention import BotDay


class MemoryRetention:
    """`ports.retention.Retention`."""

    def __init__(self) -> None:
        self.held: list[MetricsReport] = []
        self.lines: list[LogLine] = []
        self.ready: list[date] = []
        self.trimmed = {"receipts": 3}

    def make_ready(self, *, today: date) -> None:
        self.ready.append(today)

    def trim(self, *, now: datetime) -> Mapping[str, int]:  # noqa: ARG002 - as the port has it
        return self.trimmed

    def bots(self, *, after: BotId | None, limit: int) -> Sequence[BotId]:
        known = sorted({each.bot for each in self.held})
        return [bot for bot in known if after is None or bot > after][:limit]

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        days = [(each.bot, each.at.date()) for each in self.held]
        return Counter((bot, day) for bot, day in days if bot in bots and since <= day < before)

    def metrics(self, of: BotDay, *, after: Position | None, limit: int) -> Sequence[MetricsReport]:
        found = [each for each in self.held if (each.bot, each.at.date()) == of]
        found.sort(key=lambda each: each.position)
        return [each for each in found if after is None or each.position > after][:limit]

    def drop_metrics(self, *, today: date, before: date) -> None:  # noqa: ARG002 - as the port has it
        self.held = [each for each in self.held if each.at.date() >= before]

    def old_lines(self, *, before: datetime, limit: int) -> Sequence[LogLine]:
        return [line for line in self.lines if line.at < before][:limit]

    def drop_lines(self, lines: Sequence[LogLine]) -> None:
        self.lines = [line for line in self.lines if line not in lines]
