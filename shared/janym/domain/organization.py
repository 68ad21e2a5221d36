"""Who owns bots and keys, and who acts for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from janym.domain.errors import Forbidden
from janym.domain.ids import OrganizationId, UserId


class Role(StrEnum):
    """What a member may do: a viewer reads, a trader also acts, an admin also decides who may."""

    VIEWER = "viewer"
    TRADER = "trader"
    ADMIN = "admin"


RANK = {Role.VIEWER: 0, Role.TRADER: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, as the sign-in token says."""

    user: UserId
    organization: OrganizationId
    role: Role
    request_id: str = ""
    address: str = ""

    def require(self, role: Role) -> None:
        """Let through who has at least this role.

        Raises:
            Forbidden: the caller has a lower one.
        """
        if RANK[self.role] < RANK[role]:
            raise Forbidden(f"this needs the role {role}; you are {self.role}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A tenant: everything else belongs to one."""

    id: OrganizationId
    name: str
    created_at: datetime
    updated_at: datetime
