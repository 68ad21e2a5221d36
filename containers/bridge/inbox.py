"""Which commands to carry out, and which not.

    REPEATED     its id was seen in this session: nothing happens, and nothing is said again
    EXPIRED      nobody waits for it any more, and the platform says so itself
    SUPERSEDED   the owner asked for something else after it, and that came first
    ACT          the rest

A command lives for a fixed time, so of two the one that expires later was asked for later.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What to do with a command."""

    ACT = "ACT"
    REPEATED = "REPEATED"
    EXPIRED = "EXPIRED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(slots=True)
class Inbox:
    """Remembers every command of the session."""

    _seen: set[str] = field(default_factory=set[str])
    _newest: datetime | None = None
    """When the last start or stop that was acted on expires."""

    def note(self, command_id: str, *, expires_at: datetime) -> None:
        """Remember the newest start or stop so far, which acts without being judged."""
        self._seen.add(command_id)
        self._newest = expires_at

    def judge(
        self, command_id: str, *, expires_at: datetime, now: datetime, moves: bool
    ) -> Verdict:
        """Decide on a command; `moves` says that it starts or stops the engine."""
        if command_id in self._seen:
            return Verdict.REPEATED
        self._seen.add(command_id)
        if expires_at <= now:
            return Verdict.EXPIRED
        if moves:
            if self._newest and expires_at < self._newest:
                return Verdict.SUPERSEDED
            self._newest = expires_at
        return Verdict.ACT
