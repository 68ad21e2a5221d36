"""Hummingbot's log records: as lines for the bridge and as text on stderr, keys masked in both."""

import logging
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from engine.protocol import Log, Report

MASK = "***"
LONGEST = 4000
QUIET = {
    # Warns that the connector exists, which it does because the adapter made it with the keys.
    "hummingbot.core.connector_manager": logging.ERROR,
    # Its INFO repeats, order by order, what the order lines say.
    "hummingbot.connector.client_order_tracker": logging.WARNING,
}
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


class BridgeHandler(logging.Handler):
    """Sends records from INFO up as `log` lines."""

    def __init__(self, send: Callable[[Report], None]) -> None:
        super().__init__(logging.INFO)
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record; a record that cannot be told is reported on stderr."""
        try:
            self._send(
                Log(
                    at=datetime.fromtimestamp(record.created, UTC),
                    level=_level(record.levelno),
                    logger=record.name,
                    message=self.format(record)[:LONGEST],
                )
            )
        except (ValueError, TypeError):
            self.handleError(record)


class Masked(logging.Formatter):
    """Formats a record, stack trace included, and blots out every secret it holds."""

    def __init__(self, secrets: Iterable[str], pattern: str) -> None:
        super().__init__(pattern)
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The text without secrets."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def install(send: Callable[[Report], None], *, secrets: Iterable[str]) -> None:
    """Make the root logger talk to the bridge and to stderr, and to nobody else."""
    secrets = tuple(secrets)
    bridge = BridgeHandler(send)
    bridge.setFormatter(Masked(secrets, "%(message)s"))
    text = logging.StreamHandler(sys.stderr)
    text.setFormatter(Masked(secrets, FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [bridge, text]
    root.setLevel(logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


def _level(number: int) -> str:
    if number >= logging.ERROR:
        return "error"
    return "warning" if number >= logging.WARNING else "info"
