"""The organization over HTTP."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StrictBool, StrictInt

from janym.api.requests import Asked
from janym.domain.bot import StopMode
from janym.domain.organization import Limits, Organization, TradingState
from janym.usecases.halts import Change, Changed
from janym.usecases.organization import Usage

Reason = Annotated[str, Field(min_length=1, max_length=500)]
Count = Annotated[StrictInt, Field(ge=0, le=100_000)]


class PutOrganization(Asked):
    """Its name for people."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class PutState(Asked):
    """Whether its bots may trade, and why it is set so."""

    state: TradingState
    reason: Reason
    stop_mode: StopMode = StopMode.CANCEL_ORDERS
    """What becomes of the orders of bots that a halt stops."""

    def change(self) -> Change:
        return Change(state=self.state, reason=self.reason, stop_mode=self.stop_mode)


class PutLiveTrading(Asked):
    """Whether its bots may trade with real money."""

    enabled: StrictBool
    confirmation: Annotated[str, Field(max_length=500)] | None = None
    """To allow it: the organization's `live_confirmation`, typed out."""


class PutLimits(Asked):
    """How much of each it may have."""

    bots: Count
    running_bots: Count
    credentials: Count
    requests_per_minute: Annotated[StrictInt, Field(ge=60, le=60_000)]

    def limits(self) -> Limits:
        return Limits(
            bots=self.bots,
            running_bots=self.running_bots,
            credentials=self.credentials,
            requests_per_minute=self.requests_per_minute,
        )


class LimitsView(BaseModel):
    """How much of each it may have."""

    bots: int
    running_bots: int
    credentials: int
    requests_per_minute: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        return cls(
            bots=limits.bots,
            running_bots=limits.running_bots,
            credentials=limits.credentials,
            requests_per_minute=limits.requests_per_minute,
        )


class UsageView(BaseModel):
    """How much of it there is."""

    bots: int
    running_bots: int
    credentials: int

    @classmethod
    def of(cls, usage: Usage) -> Self:
        return cls(bots=usage.bots, running_bots=usage.running_bots, credentials=usage.credentials)


class OrganizationView(BaseModel):
    """An organization."""

    id: str
    name: str
    state: TradingState
    state_reason: str | None
    state_by: str | None
    state_at: AwareDatetime | None
    live_trading: bool
    live_confirmation: str
    """The words that an admin types to allow trading with real money."""
    limits: LimitsView
    usage: UsageView
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, organization: Organization, usage: Usage) -> Self:
        return cls(
            id=organization.id,
            name=organization.name,
            state=organization.state,
            state_reason=organization.state_reason,
            state_by=organization.state_by,
            state_at=organization.state_at,
            live_trading=organization.live_trading,
            live_confirmation=organization.live_confirmation,
            limits=LimitsView.of(organization.limits),
            usage=UsageView.of(usage),
            created_at=organization.created_at,
            updated_at=organization.updated_at,
        )


class AskedView(BaseModel):
    """What one bot was asked; the command's own route says how far it got."""

    bot_id: UUID
    command_id: UUID
    kind: Literal["stop", "pause"]


class StateView(BaseModel):
    """The state, and what the bots were asked because of it."""

    state: TradingState
    reason: str
    by: str
    at: AwareDatetime
    asked: list[AskedView]

    @classmethod
    def of(cls, changed: Changed) -> Self:
        organization = changed.organization
        return cls.model_validate(
            {
                "state": organization.state,
                "reason": organization.state_reason,
                "by": organization.state_by,
                "at": organization.state_at,
                "asked": [
                    {"bot_id": each.bot, "command_id": each.id, "kind": each.kind.value}
                    for each in changed.commands
                ],
            }
        )
