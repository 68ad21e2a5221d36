"""What bots were made of, and what they are made from, as it is stored."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from janym.domain.configuration import ConfigVersion, Template
from janym.domain.ids import BotId, UserId
from janym.ports.pages import Listing, Page


class Versions(Protocol):
    def add(
        self, bot: BotId, body: dict[str, Any], *, author: UserId, at: datetime, note: str
    ) -> int:
        """Keep what a bot is now, and number it; whoever does so holds the bot."""
        ...

    def get(self, bot: BotId, number: int) -> ConfigVersion:
        """Raises NotFound."""
        ...

    def list(self, bot: BotId, page: Page) -> Listing[ConfigVersion]:
        """Newest first."""
        ...


class Templates(Protocol):
    """The organization's own."""

    def get(self, name: str) -> Template:
        """Raises NotFound."""
        ...

    def list(self) -> Sequence[Template]:
        """By name."""
        ...

    def put(self, template: Template, *, author: UserId, at: datetime) -> None:
        """Add it, or replace the one of its name."""
        ...

    def remove(self, name: str) -> None:
        """Raises NotFound."""
        ...
