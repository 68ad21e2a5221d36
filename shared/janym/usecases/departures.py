"""A bot that is to be stopped and then deleted, with all that hangs on it.

Its owner's wish is noted with the stop, in one transaction; the bot goes when it is stopped, the
exchange was asked what is left of its last run, and its certificates are retired.
"""

from dataclasses import replace

from janym.domain.bot import Bot, BotStatus, Desired, StopMode
from janym.domain.command import Command
from janym.domain.configuration import facts
from janym.domain.errors import NotFound
from janym.domain.ids import BotId
from janym.domain.organization import Caller, Role
from janym.domain.run import RunState
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit, wishes
from janym.usecases.platform import Platform

ACTOR = "reconcile"


def stop_and_delete(
    uow: UnitOfWork,
    key: BotId,
    mode: StopMode,
    *,
    caller: Caller,
    clock: Clock,
    randomness: Randomness,
) -> Command:
    """Ask for a bot to stop and then be deleted; asked again, it is asked to stop again.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot.
    """
    caller.require(Role.TRADER)
    bot = uow.bots.lock(key)
    command = wishes.stop(uow, key, mode, caller=caller, clock=clock, randomness=randomness)
    uow.bots.put(replace(uow.bots.get(key), leaving=True))
    now = clock.now()
    uow.audit.add(audit.by_caller(caller, "bot.delete", key, at=now, before=facts(bot)))
    return command


def let_go(key: BotId, platform: Platform) -> None:
    """Delete a bot that is to leave, where nothing of it is left to look after."""
    with platform.units(None) as uow:
        try:
            bot = uow.bots.lock(key)
        except NotFound:
            return
        if not bot.leaving or not _is_over(uow, bot):
            return
        uow.bots.remove(key)
        uow.audit.add(
            audit.by_platform(
                ACTOR,
                "bot.deleted",
                str(key),
                organization=bot.organization,
                at=platform.clock.now(),
            )
        )
        uow.commit()


def _is_over(uow: UnitOfWork, bot: Bot) -> bool:
    if bot.desired is not Desired.STOPPED or bot.status is not BotStatus.STOPPED:
        return False
    if uow.runs.open(bot.id) is not None or uow.runs.unchecked(bot.id):
        return False
    ended = [r for r in uow.runs.recent(bot.id, since=bot.created_at) if r.state is RunState.ENDED]
    return all(run.certificate is None for run in ended)
