"""What a bot is, what its owner wants of it, and what the two together look like.

Two facts are kept apart: `desired` is what the owner asked for, `reported` is the last word of the
bot itself (by session, then sequence). `status`, which people see, follows from the two:

    desired   reported →   (none)    starting  running  paused   stopping  stopped   error
    running                starting  starting  running  paused   starting  starting  error
    paused                 starting  starting  stopping paused   stopping  starting  error
    stopped                stopped   stopping  stopping stopping stopping  stopped   error*

    A paused bot keeps its task and its key; it has no engine and no open order. One that should
    pause and still runs is stopping; one whose task is gone gets another, which rests at once.

    * a bot that should stop and reports an error stays in error until the venue was asked
      whether anything of it is left; then it is stopped, or orphaned.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from janym.domain.ids import BotId, CredentialId, OrganizationId


class BotStatus(StrEnum):
    """What people see of a bot."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ERROR = "error"
    ORPHANED = "orphaned"
    """Its task is gone and orders of it are left at the exchange."""


class Desired(StrEnum):
    """What the owner asked for."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class StopMode(StrEnum):
    """What becomes of open orders at a stop. Only one sends an order, where it is asked for."""

    CANCEL_ORDERS = "cancel_orders"
    KEEP_ORDERS = "keep_orders"
    FLATTEN = "flatten"
    """Cancels, then closes the bot's own position. It holds for the stop it was asked for."""


class Environment(StrEnum):
    """Which of a venue's worlds an account lives in."""

    PAPER = "paper"
    DEMO = "demo"
    TESTNET = "testnet"
    LIVE = "live"


WANTED_RUNNING = {
    BotStatus.STARTING: BotStatus.STARTING,
    BotStatus.RUNNING: BotStatus.RUNNING,
    BotStatus.PAUSED: BotStatus.PAUSED,
    BotStatus.STOPPING: BotStatus.STARTING,
    BotStatus.STOPPED: BotStatus.STARTING,
    BotStatus.ERROR: BotStatus.ERROR,
    BotStatus.ORPHANED: BotStatus.ORPHANED,
}

WANTED_PAUSED = {
    BotStatus.STARTING: BotStatus.STARTING,
    BotStatus.RUNNING: BotStatus.STOPPING,
    BotStatus.PAUSED: BotStatus.PAUSED,
    BotStatus.STOPPING: BotStatus.STOPPING,
    BotStatus.STOPPED: BotStatus.STARTING,
    BotStatus.ERROR: BotStatus.ERROR,
    BotStatus.ORPHANED: BotStatus.ORPHANED,
}

WANTED_STOPPED = {
    BotStatus.STARTING: BotStatus.STOPPING,
    BotStatus.RUNNING: BotStatus.STOPPING,
    BotStatus.PAUSED: BotStatus.STOPPING,
    BotStatus.STOPPING: BotStatus.STOPPING,
    BotStatus.STOPPED: BotStatus.STOPPED,
    BotStatus.ERROR: BotStatus.ERROR,
    BotStatus.ORPHANED: BotStatus.ORPHANED,
}


WANTED = {
    Desired.RUNNING: WANTED_RUNNING,
    Desired.PAUSED: WANTED_PAUSED,
    Desired.STOPPED: WANTED_STOPPED,
}


def effective(desired: Desired, reported: BotStatus | None) -> BotStatus:
    """Give the status that follows from what is wanted and what was last reported."""
    if reported is None:
        return BotStatus.STOPPED if desired is Desired.STOPPED else BotStatus.STARTING
    return WANTED[desired][reported]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Position:
    """Where a message stands in a bot's history: sessions are issued by Postgres at each claim."""

    session: int
    seq: int


NEVER = Position(session=0, seq=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """One strategy on one exchange account. It never changes: it is replaced."""

    id: BotId
    organization: OrganizationId
    name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    """As Hummingbot spells it: `ETH-USDT`."""
    credential: CredentialId
    config: dict[str, Any]
    """The strategy's own fields, in our units; decimals are strings."""
    tag: str
    """Six characters that stand in each of its client order ids."""
    desired: Desired
    stop_mode: StopMode
    status: BotStatus
    reason: str | None
    """Stable code of why it is in this status, e.g. `ENGINE_DIED`."""
    detail: str | None
    reported: BotStatus | None
    reported_position: Position
    reported_at: datetime | None
    session: int
    """The newest session that a claim got; 0 before the first."""
    created_at: datetime
    updated_at: datetime
    leaving: bool = False
    """Whether it is to be deleted as soon as it is stopped."""

    def want(self, desired: Desired, *, at: datetime, stop_mode: StopMode | None = None) -> Self:
        """Return the bot with its owner's wish noted.

        A wish to run forgets the last report: whatever it said, the bot is starting.
        """
        reported = None if desired is Desired.RUNNING else self.reported
        flattens = self.stop_mode is StopMode.FLATTEN
        return replace(
            self,
            desired=desired,
            stop_mode=stop_mode or (StopMode.CANCEL_ORDERS if flattens else self.stop_mode),
            reported=reported,
            status=effective(desired, reported),
            reason=None,
            detail=None,
            updated_at=at,
        )

    def hear(
        self,
        reported: BotStatus,
        position: Position,
        *,
        at: datetime,
        reason: str | None = None,
        detail: str | None = None,
    ) -> Self:
        """Return the bot as this report leaves it; one older than the last changes nothing."""
        if position <= self.reported_position:
            return self
        return replace(
            self,
            reported=reported,
            reported_position=position,
            reported_at=at,
            status=effective(self.desired, reported),
            reason=reason,
            detail=detail,
            updated_at=at,
        )

    def settle(
        self, status: BotStatus, *, at: datetime, reason: str | None, detail: str | None = None
    ) -> Self:
        """Return the bot with what the platform found out by itself, at the venue or in ECS."""
        return replace(
            self,
            reported=status,
            status=effective(self.desired, status),
            reason=reason,
            detail=detail,
            updated_at=at,
        )
