"""One life of a bot's task, from the wish to launch it to its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from janym.domain.ids import BotId, OrganizationId, RunId, TaskId

TOKEN_LIFETIME = timedelta(minutes=5)
"""How long a launch token is good for, counted from RunTask's answer."""

START_LIMIT = timedelta(seconds=180)
"""How long a bot may be starting after RunTask's answer before it counts as failed."""


class RunState(StrEnum):
    """Where a run stands. Only `ended` is final; a bot has at most one run that is not."""

    WAITING = "waiting"
    """Not handed to ECS yet."""
    LAUNCHED = "launched"
    """ECS has a task for it."""
    CLAIMED = "claimed"
    """The bridge has its certificate, its session and its key."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A launch of a bot's task. Its id is RunTask's client token, so no launch happens twice."""

    id: RunId
    organization: OrganizationId
    bot: BotId
    state: RunState
    token_hash: bytes
    """SHA-256 of the launch token; the token itself is stored nowhere."""
    task: TaskId | None
    session: int | None
    certificate: str | None
    created_at: datetime
    launched_at: datetime | None
    claimed_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    """Stable code: `EXITED`, `KILLED`, `OUT_OF_MEMORY`, `LAUNCH_FAILED`, `LOST`, …"""
    exit_code: int | None
    event_version: int
    """The highest version of an ECS task event applied; events come twice and out of order."""
    checked_at: datetime | None
    """When the venue was asked, after the end, what is left of the run."""
