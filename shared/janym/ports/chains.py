"""How wishes became orders, as far as it is stored."""

from typing import Protocol

from janym.domain.chain import Chain, Wanted
from janym.domain.ids import BotId


class Chains(Protocol):
    def find(self, bot: BotId, wanted: Wanted) -> Chain:
        """Give the chain that one link belongs to.

        Raises:
            NotFound: the bot has no such link.
        """
        ...
