"""How one wish became orders at an exchange."""

from janym.domain.chain import Chain, Wanted
from janym.domain.ids import BotId
from janym.ports.unit_of_work import UnitOfWork


def found(uow: UnitOfWork, bot: BotId, wanted: Wanted) -> Chain:
    """Give the chain that a link belongs to. Raises NotFound for the bot or the link."""
    uow.bots.get(bot)
    return uow.chains.find(bot, wanted)
