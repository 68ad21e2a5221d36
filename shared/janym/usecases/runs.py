"""The runs of a bot and what became of it, for its owner to read."""

from janym.domain.bot_event import BotEvent
from janym.domain.ids import BotId
from janym.domain.run import Run
from janym.ports.unit_of_work import Listing, Page, UnitOfWork


def listed(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Run]:
    """List a bot's runs, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.runs.list(bot, page)


def events(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[BotEvent]:
    """List what became of a bot, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.bots.events(bot, page)
