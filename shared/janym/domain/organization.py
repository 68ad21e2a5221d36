"""Who owns bots and keys, who acts for them, and how much they may."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from janym.domain.egress import Pace
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
    idempotency_key: str | None = None
    """What the request calls itself, so that it acts once."""

    def require(self, role: Role) -> None:
        """Let through who has at least this role.

        Raises:
            Forbidden: the caller has a lower one.
        """
        if RANK[self.role] < RANK[role]:
            raise Forbidden(f"this needs the role {role}; you are {self.role}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who belongs to an organization, or did."""

    organization: OrganizationId
    user: UserId
    role: Role
    """The most they may do, whatever their token says."""
    name: str | None
    added_by: UserId
    """Themselves, where they came with a token of the organization."""
    created_at: datetime
    updated_at: datetime
    removed_at: datetime | None = None


class TradingState(StrEnum):
    """Whether an organization's bots may trade at all."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    """Nothing new: no bot starts, and those that ran rest, for an engine cannot tell an order that
    reduces from one that does not. A position is closed by a stop that flattens."""
    HALTED = "HALTED"
    """Nothing at all: every bot is stopped, and none starts."""


CAUTION = {TradingState.ACTIVE: 0, TradingState.REDUCING: 1, TradingState.HALTED: 2}
"""Who trades may raise it; only an admin lowers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of each an organization may have."""

    bots: int = 1_000
    running_bots: int = 500
    """Bots that are wanted running or paused."""
    credentials: int = 1_000
    requests_per_minute: int = 12_000

    @property
    def pace(self) -> Pace:
        """Half of a minute's requests may come at once."""
        limit = self.requests_per_minute
        return Pace(limit=limit, period=timedelta(minutes=1), burst=limit // 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """A tenant: everything else belongs to one."""

    id: OrganizationId
    name: str
    created_at: datetime
    updated_at: datetime
    state: TradingState = TradingState.ACTIVE
    state_reason: str | None = None
    """Why, in the words of who set it."""
    state_by: UserId | None = None
    state_at: datetime | None = None
    live_trading: bool = False
    """Whether bots of the environment `live` may start."""
    limits: Limits = Limits()

    @property
    def live_confirmation(self) -> str:
        """The words with which an admin allows trading with real money."""
        return f"trade real money in {self.id}"
