"""What the engine should be doing, as of the last command."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from janym.domain.bot import Desired, StopMode


@dataclass(slots=True)
class Wishes:
    """Changed by commands and signals, read by the supervisor."""

    desired: Desired
    stop_mode: StopMode
    config: dict[str, Any]
    generation: int = 0
    """Rises when a new engine is wanted in place of the one there is."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def stopping(self) -> bool:
        return self.desired is Desired.STOPPED

    @property
    def paused(self) -> bool:
        return self.desired is Desired.PAUSED

    def pause(self) -> None:
        """Want no engine and no order, until the owner resumes."""
        self.desired = Desired.PAUSED
        self.changed.set()

    def stop(self, mode: StopMode | None = None) -> None:
        """Want no engine. This is final: the next start is the next run's."""
        self.desired = Desired.STOPPED
        self.stop_mode = mode or self.stop_mode
        self.changed.set()

    def renew(self, config: dict[str, Any]) -> None:
        """Want a new engine, with this configuration; a paused bot runs again."""
        self.desired = Desired.RUNNING
        self.config = config
        self.generation += 1
        self.changed.set()
