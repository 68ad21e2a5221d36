"""What bots wrote into their logs, and what they sent that could not be taken."""

from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, Rejected
from janym.ports.told import WantedLines
from janym.ports.unit_of_work import Listing, Page, UnitOfWork


def listed(uow: UnitOfWork, bot: BotId, page: Page, wanted: WantedLines) -> Listing[LogLine]:
    """List a bot's lines, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.logs.list(bot, page, wanted)


def rejected(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Rejected]:
    """List a bot's messages that could not be taken, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.rejections.list(bot, page)
