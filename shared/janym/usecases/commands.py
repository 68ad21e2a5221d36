"""What owners asked of bots, and how far it got."""

from datetime import datetime

from janym.domain.bot import StopMode
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.ids import BotId, CommandId
from janym.ports.unit_of_work import Listing, Page, UnitOfWork

RECENT = 20
"""Among so many commands the newest stop is looked for."""


def read(uow: UnitOfWork, key: CommandId) -> Command:
    """Give one. Raises NotFound."""
    return uow.commands.get(key)


def listed(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Command]:
    """List a bot's commands, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.commands.list(bot, page)


def settle_stops(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as done the stops asked before a bot was found stopped, even where the ack was lost.

    One that is to close a position is another matter: that the bot is stopped says nothing of it.
    """
    for command in uow.commands.pending(bot):
        flattens = command.payload.get("mode") == StopMode.FLATTEN
        if command.kind is CommandKind.STOP and command.created_at <= at and not flattens:
            uow.commands.put(command.to(CommandState.DONE, at=at))


def unsettled_flatten(uow: UnitOfWork, bot: BotId, *, at: datetime) -> Command | None:
    """Give the newest stop asked by then that is to close the position and is not known to have."""
    stops = (
        command
        for command in uow.commands.list(bot, Page(limit=RECENT)).items
        if command.kind is CommandKind.STOP and command.created_at <= at
    )
    newest = next(stops, None)
    if newest is None or newest.payload.get("mode") != StopMode.FLATTEN:
        return None
    return None if newest.state in {CommandState.DONE, CommandState.FAILED} else newest


def settle_flatten(
    uow: UnitOfWork, bot: BotId, state: CommandState, *, at: datetime, words: str | None
) -> None:
    """Note what became of a stop that flattens, whose ack may be lost, even after its expiry."""
    command = unsettled_flatten(uow, bot, at=at)
    if command is not None:
        uow.commands.put(command.to(state, at=at, reason=words))


def expire(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as expired the bot's commands that nobody carried out in time."""
    for command in uow.commands.pending(bot):
        if at >= command.expires_at:
            uow.commands.put(
                command.to(CommandState.EXPIRED, at=at, reason="nobody carried it out in time")
            )
