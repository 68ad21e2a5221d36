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


NOT_FLATTENED = "FLATTEN_NEEDS_ENGINE: its task ended without a word of the position"


def settle_stops(uow: UnitOfWork, bot: BotId, *, at: datetime, lives: bool = False) -> None:
    """Note as done the stops asked before a bot was found stopped, even where the ack was lost.

    A stop that is to close a position is done by the bot's own word alone: it is waited for while
    the task `lives`, and failed once it is gone.
    """
    for command in uow.commands.pending(bot):
        if command.kind is not CommandKind.STOP or command.created_at > at:
            continue
        if command.payload.get("mode") != StopMode.FLATTEN:
            uow.commands.put(command.to(CommandState.DONE, at=at))
        elif not lives:
            uow.commands.put(command.to(CommandState.FAILED, at=at, reason=NOT_FLATTENED))


def expire(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as expired the bot's commands that nobody carried out in time."""
    for command in uow.commands.pending(bot):
        if at >= command.expires_at:
            uow.commands.put(
                command.to(CommandState.EXPIRED, at=at, reason="nobody carried it out in time")
            )
