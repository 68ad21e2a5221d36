"""Commands over HTTP."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.domain.command import Command, CommandKind, CommandState


class CommandView(BaseModel):
    """What an owner asked, and how far it got."""

    command_id: UUID
    bot_id: UUID
    kind: CommandKind
    state: CommandState
    reason: str | None
    asked_by: str
    created_at: AwareDatetime
    expires_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, command: Command) -> Self:
        return cls(
            command_id=command.id,
            bot_id=command.bot,
            kind=command.kind,
            state=command.state,
            reason=command.reason,
            asked_by=command.asked_by,
            created_at=command.created_at,
            expires_at=command.expires_at,
            updated_at=command.updated_at,
        )
