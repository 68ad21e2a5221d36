"""The runs of a bot, for its owner to read."""

from janym.domain.ids import BotId
from janym.domain.run import Run
from janym.ports.unit_of_work import Listing, Page, UnitOfWork


def listed(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Run]:
    """List a bot's runs, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.runs.list(bot, page)
