"""Stopping everything: what state an organization is in, and that each of its bots hears of it.

The state, the bots' desired states and their commands are one transaction that holds the
organization; a start holds it too, so none slips in between. What follows is `enforce`: every
command is published at once, and the task of a bot that has not answered in five seconds is
stopped, which makes its bridge cancel its orders. Should `enforce` itself die, the reconciler
finds the same within its next pass.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from janym.domain.bot import Bot, Desired, StopMode
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.errors import JanymError
from janym.domain.ids import BotId, OrganizationId
from janym.domain.organization import CAUTION, Caller, Organization, Role, TradingState
from janym.ports.bus import Message
from janym.ports.clock import Clock, Pause, Randomness
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit, outbox, reconcile, wishes
from janym.usecases.platform import Platform

POLL_S = 0.25
PUBLISH_WITHIN = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The state that an organization is to be in, and why."""

    state: TradingState
    reason: str
    stop_mode: StopMode = StopMode.CANCEL_ORDERS
    """What becomes of the orders of bots that a halt stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The organization as it is now, and what its bots were asked."""

    organization: Organization
    commands: Sequence[Command]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A bot that did not answer and whose task could not be stopped yet, and why."""

    bot: BotId
    reason: str


def put(
    uow: UnitOfWork, change: Change, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Changed:
    """Set an organization's state; setting the same again asks again every bot that is left.

    Raises:
        Forbidden: the caller is a viewer, or a trader who would lower the caution.
        NotFound: nobody created the organization yet.
    """
    old, now = uow.organizations.lock(caller.organization), clock.now()
    lowers = CAUTION[change.state] < CAUTION[old.state]
    caller.require(Role.ADMIN if lowers else Role.TRADER)
    new = replace(
        old,
        state=change.state,
        state_reason=change.reason,
        state_by=caller.user,
        state_at=now,
        updated_at=now,
    )
    uow.organizations.put(new)
    # Every bot is locked before the first audit line: others lock their bot, then write theirs.
    bots = [uow.bots.lock(key) for key in uow.bots.alive()]
    uow.audit.add(
        audit.by_caller(
            caller,
            "organization.state",
            new.id,
            at=now,
            before={"state": old.state, "reason": old.state_reason},
            after={"state": new.state, "reason": new.state_reason},
        )
    )
    ask = _asking(uow, change, caller=caller, clock=clock, randomness=randomness)
    asked = [ask(bot) for bot in bots] if ask else []
    return Changed(organization=new, commands=[each for each in asked if each])


def _asking(
    uow: UnitOfWork, change: Change, *, caller: Caller, clock: Clock, randomness: Randomness
) -> Callable[[Bot], Command | None] | None:
    """Give what is asked of each bot in a state; None where nothing is."""

    def stop(bot: Bot) -> Command | None:
        if _stops_already(uow, bot):
            return None
        return wishes.stop(
            uow, bot.id, change.stop_mode, caller=caller, clock=clock, randomness=randomness
        )

    def rest(bot: Bot) -> Command | None:
        if bot.desired is not Desired.RUNNING:
            return None
        return wishes.pause(uow, bot.id, caller=caller, clock=clock, randomness=randomness)

    asks = {TradingState.HALTED: stop, TradingState.REDUCING: rest}
    return asks.get(change.state)


def _stops_already(uow: UnitOfWork, bot: Bot) -> bool:
    """Tell whether a bot has heard that it is to stop, and is at it."""
    return bot.desired is Desired.STOPPED and any(
        command.kind is CommandKind.STOP and command.state is CommandState.ACKNOWLEDGED
        for command in uow.commands.pending(bot.id)
    )


def enforce(key: OrganizationId, platform: Platform, pause: Pause) -> Iterator[Unreached]:
    """See to it that every bot stops or rests; give those that could not be reached yet.

    Raises:
        StoreAway: Postgres does not answer; the reconciler goes on.
    """
    with platform.units(key) as uow:
        organization = uow.organizations.get(key)
        unheard = uow.commands.unheard()
    _publish(unheard, platform)
    until = (organization.state_at or platform.clock.now()) + reconcile.HALT_GRACE
    while (silent := _silent(key, platform)) and platform.clock.now() < until:
        pause(POLL_S)
    for bot in silent:
        try:
            reconcile.one(bot, platform)
        except JanymError as error:
            yield Unreached(bot=bot, reason=f"{error.code}: {error}")


def _publish(commands: Sequence[Command], platform: Platform) -> None:
    messages = [
        Message(bot=each.bot, topic=outbox.TOPIC[each.kind], payload=outbox.message(each))
        for each in commands
    ]
    taken = platform.bus.publish_all(messages, within=PUBLISH_WITHIN)
    now = platform.clock.now()
    with platform.units(None) as uow:
        for command, was_taken in zip(commands, taken, strict=True):
            if was_taken:
                uow.commands.put(command.to(CommandState.PUBLISHED, at=now))
        uow.commit()


def _silent(key: OrganizationId, platform: Platform) -> Sequence[BotId]:
    """List the bots that live and have not said that they heard."""
    with platform.units(key) as uow:
        alive = set(uow.bots.alive())
        return sorted({each.bot for each in uow.commands.unheard() if each.bot in alive})
