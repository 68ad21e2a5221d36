"""What a stack says of itself in stack.json: everybody reads it, the supervisor alone writes it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from local.layout import Stack, write_json
from local.room import DISK_FULL


class Health(StrEnum):
    """How one component is."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Phase(StrEnum):
    """How the stack is."""

    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    STOPPING = "stopping"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One component, or one step of provisioning."""

    health: Health
    since: str
    pid: int | None = None
    created: float | None = None
    """When the process was created: with its id, who it is."""
    address: str | None = None
    reason: str | None = None


class State:
    """The description of a running stack, written anew at each change."""

    def __init__(self, stack: Stack, description: Mapping[str, Any]) -> None:
        self._stack = stack
        self._description = dict(description)
        self._components: dict[str, Status] = {}
        self._phase = Phase.STARTING
        self._behind = False

    @property
    def phase(self) -> Phase:
        return self._phase

    def enter(self, phase: Phase) -> None:
        self._phase = phase
        self.write()

    def set(self, name: str, status: Status) -> None:
        self._components[name] = status
        self.write()

    def change(self, name: str, health: Health, at: datetime, **changes: Any) -> None:
        known = self._components[name]
        self.set(name, replace(known, health=health, since=at.isoformat(), **changes))

    def health(self, name: str) -> Health:
        return self._components[name].health

    def catch_up(self) -> None:
        """Write what a full disk did not take."""
        if self._behind:
            self.write()

    def write(self) -> None:
        """Put all on disk. A full disk keeps the old description: what is watched goes on."""
        try:
            self._write()
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
            self._behind = True
        else:
            self._behind = False

    def _write(self) -> None:
        components = {name: asdict(status) for name, status in self._components.items()}
        write_json(
            self._stack.description,
            {
                **self._description,
                "state": self._phase,
                "ready": self._phase is Phase.READY,
                "components": components,
            },
        )
