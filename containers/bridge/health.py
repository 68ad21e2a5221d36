"""Whether the bridge's loop turns: a file that it touches, and whether that was lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from containers.bridge.clock import SystemClock

FILE = "heartbeat"
LONGEST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The file in the bridge's work directory."""

    work_dir: Path

    def beat(self) -> None:
        """Touch it."""
        (self.work_dir / FILE).touch()

    def healthy(self, now: datetime) -> bool:
        """Tell whether it was touched within a minute."""
        try:
            touched = (self.work_dir / FILE).stat().st_mtime
        except FileNotFoundError:
            return False
        return now - datetime.fromtimestamp(touched, UTC) < LONGEST


def main(environment: Mapping[str, str]) -> int:
    """Give the exit code that answers the container's question."""
    heartbeat = Heartbeat(Path(environment.get("WORK_DIR", ".")))
    return 0 if heartbeat.healthy(SystemClock().now()) else 1
