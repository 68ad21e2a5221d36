"""Log lines on their way out: at most so many a second, and a word about the rest."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from containers.bridge.redaction import Redaction
from containers.bridge.reporter import Reporter
from janym.domain.telemetry import LogLevel

PER_SECOND = 20
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@dataclass(slots=True)
class Gate:
    """Lets so many through in each second, and counts the others."""

    per_second: int = PER_SECOND
    _second: int = -1
    _used: int = 0
    _suppressed: int = 0

    def admit(self, second: int) -> bool:
        """Tell whether one more may pass in this second."""
        if second != self._second:
            self._second, self._used = second, 0
        self._used += 1
        admitted = self._used <= self.per_second
        self._suppressed += not admitted
        return admitted

    def suppressed(self) -> int:
        """Return how many did not pass since the last call."""
        number, self._suppressed = self._suppressed, 0
        return number


class Logs:
    """Log lines of the engine and of the bridge."""

    def __init__(self, reporter: Reporter, *, seconds: Callable[[], float]) -> None:
        """`seconds` is a monotonic clock."""
        self._reporter = reporter
        self._seconds = seconds
        self._gate = Gate()

    def tell(self, level: LogLevel, text: str, *, logger: str, at: datetime) -> None:
        """Send a line, or count it where there were too many this second."""
        if self._gate.admit(int(self._seconds())):
            self._reporter.log(level, text, logger=logger, at=at)

    def account(self, at: datetime) -> None:
        """Say how many lines were left out since the last time, where there were any."""
        number = self._gate.suppressed()
        if number:
            text = f"{number} log lines were left out: at most {PER_SECOND} a second are sent"
            self._reporter.log(LogLevel.WARNING, text, logger="bridge", at=at)


class Forwarding(logging.Handler):
    """Sends the bridge's own log records; they may come from any thread."""

    def __init__(self, logs: Logs, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(logging.INFO)
        self._logs = logs
        self._loop = loop

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record."""
        at = datetime.fromtimestamp(record.created, UTC)
        self._loop.call_soon_threadsafe(self._tell, level_of(record), record, at)

    def _tell(self, level: LogLevel, record: logging.LogRecord, at: datetime) -> None:
        self._logs.tell(level, self.format(record), logger=record.name, at=at)


class Masked(logging.Formatter):
    """Formats a record, stack trace included, without secrets."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__(FORMAT)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record."""
        return self._redact(super().format(record))


def level_of(record: logging.LogRecord) -> LogLevel:
    """Give our level of a record."""
    if record.levelno >= logging.ERROR:
        return LogLevel.ERROR
    return LogLevel.WARNING if record.levelno >= logging.WARNING else LogLevel.INFO


def to_terminal(redact: Redaction) -> None:
    """Write the bridge's log to stderr, which is the container's log, and nowhere else."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masked(redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
