"""Orders and executions, as stored."""

from janym.domain.ids import BotId
from janym.domain.trading import Fill, Order
from janym.ports.told import WantedOrders
from janym.ports.unit_of_work import Listing, Page, UnitOfWork


def of_bot(uow: UnitOfWork, bot: BotId, page: Page, wanted: WantedOrders) -> Listing[Order]:
    """List a bot's orders, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.trading.orders(bot, page, wanted)


def of_all(uow: UnitOfWork, page: Page, wanted: WantedOrders) -> Listing[Order]:
    """List the organization's orders, newest first."""
    return uow.trading.orders(None, page, wanted)


def fills(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[Fill]:
    """List a bot's executions, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.trading.fills(bot, page)
