"""Members of an organization over HTTP."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import Asked
from janym.domain.organization import Member, Role

UserName = Annotated[str, Field(min_length=1, max_length=200)]


class AddMember(Asked):
    """Somebody who is to belong to the organization."""

    user_id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\w.@|:+-]+$")]
    """The `sub` of their sign-in token."""
    role: Role
    """The most they may do; their token may say less."""
    name: UserName | None = None


class PutMember(Asked):
    """What a member may do from now on."""

    role: Role
    name: UserName | None = None
    """Null leaves it."""


class MemberView(BaseModel):
    """A member."""

    user_id: str
    role: Role
    """The most they may do; their token may say less."""
    name: str | None
    added_by: str
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, member: Member) -> Self:
        return cls(
            user_id=member.user,
            role=member.role,
            name=member.name,
            added_by=member.added_by,
            created_at=member.created_at,
            updated_at=member.updated_at,
        )
