"""What a bot was made of over time, and what new ones are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from janym.domain.bot import Bot
from janym.domain.ids import BotId, UserId

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVersion:
    """What a bot was from one change to the next. It never changes."""

    bot: BotId
    number: int
    """1 is what it was created as."""
    at: datetime
    author: UserId
    note: str
    """How it came to be, `created`, `updated`, `rolled back to 3`."""
    body: dict[str, Any]
    """Name, strategy, exchange, environment, pair, credential and configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A part of a configuration that bots are made from."""

    name: str
    description: str
    strategy_type: str
    config: dict[str, Any]
    """Fields of the strategy; those it must have and are missing here are given when it is used."""
    own: bool
    """Whether the organization wrote it; else it is the library's."""
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that two versions have different; None where one has it not."""

    field: str
    before: Any
    after: Any


def differences(before: Facts, after: Facts, path: str = "") -> Iterator[Difference]:
    """Compare field by field, in alphabetical order; fields within fields by their path."""
    for name in sorted({*before, *after}):
        old, new, where = before.get(name), after.get(name), f"{path}{name}"
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from differences(cast("Facts", old), cast("Facts", new), f"{where}.")
        elif old != new:
            yield Difference(field=where, before=old, after=new)


def facts(bot: Bot) -> dict[str, Any]:
    """Say what a bot is made of, as versions and the audit log keep it."""
    return {
        "name": bot.name,
        "strategy_type": bot.strategy_type,
        "exchange": bot.exchange,
        "environment": bot.environment,
        "trading_pair": bot.trading_pair,
        "credential_id": str(bot.credential),
        "config": bot.config,
    }
