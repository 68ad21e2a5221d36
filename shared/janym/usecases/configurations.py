"""What bots were made of, the way back, and what new ones are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from janym.domain.bot import Environment
from janym.domain.configuration import ConfigVersion, Difference, Template, differences
from janym.domain.errors import Conflict
from janym.domain.ids import BotId, CredentialId
from janym.domain.organization import Caller, Role
from janym.hummingbot import library, strategies
from janym.ports.clock import Clock
from janym.ports.pages import Listing, Page
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import audit, organization
from janym.usecases.bots import BotSpec

MOST_TEMPLATES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two versions, and the fields they have different."""

    older: int
    newer: int
    differences: Sequence[Difference]


def versions(uow: UnitOfWork, bot: BotId, page: Page) -> Listing[ConfigVersion]:
    """List what a bot was, newest first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.versions.list(bot, page)


def version(uow: UnitOfWork, bot: BotId, number: int) -> ConfigVersion:
    """Give one. Raises NotFound for the bot or the version."""
    uow.bots.get(bot)
    return uow.versions.get(bot, number)


def compared(uow: UnitOfWork, bot: BotId, number: int, against: int | None) -> Compared:
    """Compare a version with another, or with the one before it; the first with nothing.

    Raises:
        NotFound: there is no such bot or version.
    """
    uow.bots.get(bot)
    newer = uow.versions.get(bot, number)
    other = number - 1 if against is None else against
    before = uow.versions.get(bot, other).body if other else {}
    return Compared(older=other, newer=number, differences=list(differences(before, newer.body)))


def former(uow: UnitOfWork, bot: BotId, number: int, *, caller: Caller) -> BotSpec:
    """Say what a bot was, to be examined and stored anew.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is no such bot or version.
    """
    caller.require(Role.TRADER)
    return spec_of(version(uow, bot, number).body)


def spec_of(body: Mapping[str, Any]) -> BotSpec:
    """Read what a version keeps."""
    return BotSpec(
        name=body["name"],
        strategy_type=body["strategy_type"],
        exchange=body["exchange"],
        environment=Environment(body["environment"]),
        trading_pair=body["trading_pair"],
        credential=CredentialId(UUID(body["credential_id"])),
        config=dict(body["config"]),
    )


def templates(uow: UnitOfWork) -> list[Template]:
    """List the library's, then the organization's own by name."""
    return [*library.LIBRARY, *uow.templates.list()]


def template(uow: UnitOfWork, name: str) -> Template:
    """Give one. Raises NotFound."""
    of_library = {each.name: each for each in library.LIBRARY}
    return of_library.get(name) or uow.templates.get(name)


def save(uow: UnitOfWork, template: Template, *, caller: Caller, clock: Clock) -> Template:
    """Store a template, or replace the organization's one of that name.

    Raises:
        Forbidden: the caller is a viewer.
        InvalidInput: no such strategy, or a field it has is wrong.
        Conflict: `TEMPLATE_OF_LIBRARY`, `TEMPLATE_LIMIT`, or `ORGANIZATION_MISSING`.
    """
    caller.require(Role.TRADER)
    organization.require(uow, caller)
    _require_own(template.name)
    strategies.check_part(template.strategy_type, template.config)
    known = {each.name for each in uow.templates.list()}
    if template.name not in known and len(known) >= MOST_TEMPLATES:
        reason = f"there are {len(known)} templates already: delete one first"
        raise Conflict("TEMPLATE_LIMIT", reason)
    now = clock.now()
    uow.templates.put(template, author=caller.user, at=now)
    facts = {"strategy_type": template.strategy_type, "config": template.config}
    uow.audit.add(audit.by_caller(caller, "template.save", template.name, at=now, after=facts))
    return uow.templates.get(template.name)


def remove(uow: UnitOfWork, name: str, *, caller: Caller, clock: Clock) -> None:
    """Remove one of the organization's own.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        Conflict: `TEMPLATE_OF_LIBRARY`.
    """
    caller.require(Role.TRADER)
    _require_own(name)
    uow.templates.remove(name)
    uow.audit.add(audit.by_caller(caller, "template.delete", name, at=clock.now()))


def _require_own(name: str) -> None:
    if any(each.name == name for each in library.LIBRARY):
        raise Conflict(
            "TEMPLATE_OF_LIBRARY", f"{name!r} comes with the platform: choose another name"
        )
