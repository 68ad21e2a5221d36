"""What owners asked of bots, and how far it got."""

from datetime import datetime

from janym.domain.bot import StopMode
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.ids import BotId, CommandId
from janym.ports.unit_of_work import Listing, Page, UnitOfWork


def read(uow: UnitOfWork, key: CommandId) -> Command:
    """Give one. Raises NotFound."""
    return uow.commands.get(key)


def listed(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Command]:
    """List a bot's commands, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.commands.list(bot, page)


def settle_stops(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as done the stops asked before a bot was found stopped, even where the ack was lost.

    A stop that is to close a position is done by the bot's own word alone, or expires: that the
    bot is stopped may be known before that word, and says nothing of the position.
    """
    for command in uow.commands.pending(bot):
        flattens = command.payload.get("mode") == StopMode.FLATTEN
        if command.kind is CommandKind.STOP and command.created_at <= at and not flattens:
            uow.commands.put(command.to(CommandState.DONE, at=at))


def expire(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as expired the bot's commands that nobody carried out in time."""
    for command in uow.commands.pending(bot):
        if at >= command.expires_at:
            uow.commands.put(
                command.to(CommandState.EXPIRED, at=at, reason="nobody carried it out in time")
            )
