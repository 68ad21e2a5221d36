"""What owners asked of bots, and how far it got."""

from datetime import datetime

from janym.domain.bot import BotStatus
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.ids import BotId, CommandId
from janym.ports.unit_of_work import Listing, Page, UnitOfWork

ANSWERED_BY = {
    CommandKind.START: BotStatus.RUNNING,
    CommandKind.RESTART: BotStatus.RUNNING,
    CommandKind.STOP: BotStatus.STOPPED,
}
"""The status that shows a command was carried out, even where its ack was lost."""


def read(uow: UnitOfWork, key: CommandId) -> Command:
    """Give one. Raises NotFound."""
    return uow.commands.get(key)


def listed(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Command]:
    """List a bot's commands, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.commands.list(bot, page)


def settle(uow: UnitOfWork, bot: BotId, status: BotStatus, *, at: datetime) -> None:
    """Note as done the pending commands that a status proves, where it is the later of the two.

    A restart is proved only by its ack: the engine it replaces was running as well.
    """
    for command in uow.commands.pending(bot):
        proved = ANSWERED_BY[command.kind] is status and at >= command.created_at
        if proved and command.kind is not CommandKind.RESTART:
            uow.commands.put(command.to(CommandState.DONE, at=at))


def expire(uow: UnitOfWork, bot: BotId, *, at: datetime) -> None:
    """Note as expired the bot's commands that nobody carried out in time."""
    for command in uow.commands.pending(bot):
        if at >= command.expires_at:
            uow.commands.put(
                command.to(CommandState.EXPIRED, at=at, reason="nobody carried it out in time")
            )
