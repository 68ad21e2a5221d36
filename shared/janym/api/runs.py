"""Bots' runs over HTTP, and what became of bots."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.domain.bot import BotStatus, Desired
from janym.domain.bot_event import BotEvent
from janym.domain.run import Run, RunState


class RunView(BaseModel):
    """One life of a bot's task: how far it got, and why it ended."""

    run_id: UUID
    state: RunState
    session: int | None
    created_at: AwareDatetime
    launched_at: AwareDatetime | None
    claimed_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    end_reason: str | None
    exit_code: int | None
    checked_at: AwareDatetime | None
    """When the venue was asked, after the end, what was left."""

    @classmethod
    def of(cls, run: Run) -> Self:
        return cls(
            run_id=run.id,
            state=run.state,
            session=run.session,
            created_at=run.created_at,
            launched_at=run.launched_at,
            claimed_at=run.claimed_at,
            ended_at=run.ended_at,
            end_reason=run.end_reason,
            exit_code=run.exit_code,
            checked_at=run.checked_at,
        )


class BotEventView(BaseModel):
    """A bot's state, and what its owner wanted, from a moment on."""

    at: AwareDatetime
    status: BotStatus
    status_reason: str | None
    status_detail: str | None
    desired_status: Desired
    session: int

    @classmethod
    def of(cls, event: BotEvent) -> Self:
        return cls(
            at=event.at,
            status=event.status,
            status_reason=event.reason,
            status_detail=event.detail,
            desired_status=event.desired,
            session=event.session,
        )
