"""What an owner asks of a bot, and how far it got.

accepted → published → acknowledged → done
    └──────────┴────────────┴───────→ failed | expired
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from janym.domain.ids import BotId, CommandId, OrganizationId, UserId

LIFETIME = timedelta(minutes=5)
"""A command that nobody carried out by then is expired; the desired state stays."""


class Flatten(StrEnum):
    """How a bot says in its last status, beside the ack, what became of a stop that flattens."""

    DONE = "FLATTENED"
    FAILED = "NOT_FLATTENED"


class CommandKind(StrEnum):
    """What is asked."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    PAUSE = "pause"
    RESUME = "resume"
    APPLY = "apply"
    """Take up the stored configuration now."""


class CommandState(StrEnum):
    """How far it got."""

    ACCEPTED = "accepted"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


RANK = {
    CommandState.ACCEPTED: 0,
    CommandState.PUBLISHED: 1,
    CommandState.ACKNOWLEDGED: 2,
    CommandState.EXPIRED: 3,
    CommandState.FAILED: 4,
    CommandState.DONE: 5,
}
"""A command's state only rises, so acks may come late, twice or out of order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One request of an owner to a bot. It is replaced, never changed."""

    id: CommandId
    organization: OrganizationId
    bot: BotId
    kind: CommandKind
    payload: dict[str, Any]
    """What the bot is told beside the kind, as it goes over the wire."""
    state: CommandState
    reason: str | None
    asked_by: UserId
    created_at: datetime
    expires_at: datetime
    updated_at: datetime
    idempotency_key: str | None = None
    """Of the request that asked for it."""

    def to(self, state: CommandState, *, at: datetime, reason: str | None = None) -> Self:
        """Return the command at least this far; a state already passed changes nothing."""
        if RANK[state] <= RANK[self.state]:
            return self
        return replace(self, state=state, reason=reason or self.reason, updated_at=at)
