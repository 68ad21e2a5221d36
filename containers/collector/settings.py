"""What the collector is told by its environment."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from janym.domain.collecting import DaemonId

VARIABLES = {
    "DAEMON_ID": "name of this collector among the others; without it the host's name and process",
    "DAEMON_WEIGHT": "how much it carries beside the others, a number above 0 (1)",
    "WORK_DIR": "folder to keep batches in while ClickHouse is away",
    "COLLECTOR_PORT": "port of its HTTP door; 0 opens none (0)",
    "COLLECTOR_HOST": "address that the door listens at (127.0.0.1)",
    "COLLECTOR_TOKEN": "what callers of the door show as a bearer token",
    "COLLECTORS_PER_ADDRESS": "how many collectors share one egress address (1)",
    "PAIRS_PER_CONNECTION": "pairs on one connection at most, 1 to 50 (50)",
    "TASKS_EVERY_S": "seconds between looks at the tasks, 1 to 10 (5)",
    "BATCH_EVERY_MS": "milliseconds between batches, 250 to 1000 (500)",
    "SNAPSHOT_EVERY_S": "seconds between whole books in the history (300)",
    "SPILL_MB": "megabytes of batches kept while ClickHouse is away (2048)",
    "FEED_ENDPOINTS": 'JSON {"venue/market": {"rest": "...", "<endpoint>": "..."}} where the'
    " venue's own addresses are not used",
}
"""Every variable there is, and what it holds."""


class Wrong(Exception):
    """A variable holds what it cannot; the message names it and what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment, typed."""

    daemon: DaemonId
    weight: float = 1.0
    work: Path
    host: str = "127.0.0.1"
    port: int = 0
    token: str = field(default="", repr=False)
    sharers: int = 1
    pairs_per_connection: int = 50
    tasks_every_s: float = 5.0
    batch_every_s: float = 0.5
    snapshot_every_s: float = 300.0
    spill_bytes: int = 2048 * 2**20
    endpoints: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Addresses by `venue/market`, then by endpoint; `rest` is where REST paths stand under."""


def from_environment() -> Settings:
    """Read this process's environment.

    Raises:
        Wrong: a variable holds what it cannot.
    """
    return read(dict(os.environ))  # noqa: TID251 - the one place that reads it


def read(variables: Mapping[str, str]) -> Settings:
    """Read settings from variables.

    Raises:
        Wrong: one of them holds what it cannot.
    """
    given = _Given(variables)
    port = given.number("COLLECTOR_PORT", 0, 0, 65_535)
    token = variables.get("COLLECTOR_TOKEN", "")
    if port and not token:
        raise Wrong(f"COLLECTOR_TOKEN is not set: {VARIABLES['COLLECTOR_TOKEN']}")
    return Settings(
        daemon=DaemonId(variables.get("DAEMON_ID") or f"{socket.gethostname()}-{os.getpid()}"),
        weight=given.number("DAEMON_WEIGHT", 1, 0.01, 1000),
        work=Path(given.text("WORK_DIR")),
        host=variables.get("COLLECTOR_HOST") or "127.0.0.1",
        port=int(port),
        token=token,
        sharers=int(given.number("COLLECTORS_PER_ADDRESS", 1, 1, 1000)),
        pairs_per_connection=int(given.number("PAIRS_PER_CONNECTION", 50, 1, 50)),
        tasks_every_s=given.number("TASKS_EVERY_S", 5, 0.1, 10),
        batch_every_s=given.number("BATCH_EVERY_MS", 500, 250, 1000) / 1000,
        snapshot_every_s=given.number("SNAPSHOT_EVERY_S", 300, 1, 86_400),
        spill_bytes=int(given.number("SPILL_MB", 2048, 1, 1_000_000)) * 2**20,
        endpoints=given.addresses("FEED_ENDPOINTS"),
    )


@dataclass(frozen=True, slots=True)
class _Given:
    variables: Mapping[str, str]

    def text(self, name: str) -> str:
        found = self.variables.get(name)
        if not found:
            raise Wrong(f"{name} is not set: {VARIABLES[name]}")
        return found

    def number(self, name: str, usual: float, least: float, most: float) -> float:
        text = self.variables.get(name) or str(usual)
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise Wrong(f"{name} is {text!r}; wanted: {VARIABLES[name]}")
        return value

    def addresses(self, name: str) -> dict[str, dict[str, str]]:
        text = self.variables.get(name) or "{}"
        try:
            return _by_feed(json.loads(text))
        except (ValueError, TypeError) as error:
            raise Wrong(f"{name} is {text!r}; wanted: {VARIABLES[name]}") from error


def _by_feed(given: Any) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        raise TypeError("no object")
    feeds = cast("dict[str, Any]", given)
    for feed, addresses in feeds.items():
        if "/" not in feed or not isinstance(addresses, dict):
            raise TypeError(f"{feed} has no addresses")
    return {
        feed: {str(name): str(address) for name, address in addresses.items()}
        for feed, addresses in feeds.items()
    }
