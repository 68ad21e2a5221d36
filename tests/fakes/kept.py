"""What bots were made of, and what they are made from, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from janym.domain.configuration import ConfigVersion, Template
from janym.domain.errors import NotFound
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.ports.pages import Listing, Page
from tests.fakes.owned import newest_first, paged
from tests.fakes.tables import Tables


class MemoryVersions:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def add(
        self, bot: BotId, body: dict[str, Any], *, author: UserId, at: datetime, note: str
    ) -> int:
        if not self._sees(bot):
            raise NotFound("bot", bot)
        number = 1 + len(self._of(bot))
        self._tables.versions[bot, number] = ConfigVersion(
            bot=bot, number=number, at=at, author=author, note=note, body=body
        )
        return number

    def get(self, bot: BotId, number: int) -> ConfigVersion:
        for version in self._of(bot):
            if version.number == number:
                return version
        raise NotFound("version", number)

    def list(self, bot: BotId, page: Page) -> Listing[ConfigVersion]:
        return paged(newest_first(self._of(bot)), page)

    def _of(self, bot: BotId) -> Sequence[ConfigVersion]:
        return [v for v in self._tables.versions.values() if v.bot == bot and self._sees(bot)]

    def _sees(self, bot: BotId) -> bool:
        owner = self._tables.bots.get(bot)
        return owner is not None and self._organization in {None, owner.organization}


class MemoryTemplates:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._rows, self._organization = tables.templates, organization

    def get(self, name: str) -> Template:
        if (self._organization, name) not in self._rows:
            raise NotFound("template", name)
        return self._rows[self._organization, name]

    def list(self) -> Sequence[Template]:
        own = [each for (owner, _), each in self._rows.items() if owner == self._organization]
        return sorted(own, key=lambda each: each.name)

    def put(self, template: Template, *, author: UserId, at: datetime) -> None:
        del author
        self._rows[self._organization, template.name] = replace(template, updated_at=at)

    def remove(self, name: str) -> None:
        self.get(name)
        del self._rows[self._organization, name]
